package io.privsep.context;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.core.Nullness;
import org.springframework.core.env.Environment;
import org.springframework.util.ReflectionUtils;
import org.springframework.validation.Validator;

/**
 * Binds the settings of a context to the record that its beans ask for.
 */
public final class SettingsBinder {

	private static final Logger logger = LoggerFactory.getLogger(SettingsBinder.class);

	private final Environment environment;

	private final List<Validator> validators;

	/**
	 * Makes one.
	 * @param environment what is configured
	 * @param validators check records of settings that have constraints; none or one
	 */
	public SettingsBinder(Environment environment, List<Validator> validators) {
		this.environment = environment;
		this.validators = validators;
	}

	Object bind(String context, Class<?> type) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of("privsep.contexts." + context + ".settings");
		BindHandler handler = new StrictBindHandler();
		if (!this.validators.isEmpty() && isConfigured(context)) {
			handler = new ValidationBindHandler(handler, this.validators.toArray(Validator[]::new));
		}
		return Binder.get(this.environment).bindOrCreate(name, Bindable.of(type), handler);
	}

	/**
	 * Warns of settings that are missing, which functions would find out.
	 * @param context name of the context
	 * @param settings what was bound for it
	 */
	void warnIfMissing(String context, Object settings) {
		List<String> missing = Arrays.stream(settings.getClass().getRecordComponents())
			.filter((component) -> isMissing(component, settings))
			.map((component) -> DataObjectPropertyName.toDashedForm(component.getName()))
			.toList();
		if (!missing.isEmpty() && isConfigured(context)) {
			logger.warn(
					"Context '{}': '{}', which its beans take, has no value for {}; configure"
							+ " 'privsep.contexts.{}.settings.{}', or annotate what may be missing with @Nullable",
					context, settings.getClass().getSimpleName(), missing, context, missing.get(0));
		}
	}

	private static boolean isMissing(RecordComponent component, Object settings) {
		Method accessor = component.getAccessor();
		ReflectionUtils.makeAccessible(accessor);
		Field field = Objects.requireNonNull(ReflectionUtils.findField(settings.getClass(), component.getName()));
		return ReflectionUtils.invokeMethod(accessor, settings) == null
				&& Nullness.forField(field) != Nullness.NULLABLE;
	}

	// A test may leave a whole context out, of which it needs no more than the beans.
	private boolean isConfigured(String context) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of("privsep.contexts." + context);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source.containsDescendantOf(name) != ConfigurationPropertyState.ABSENT) {
				return true;
			}
		}
		return false;
	}

}
