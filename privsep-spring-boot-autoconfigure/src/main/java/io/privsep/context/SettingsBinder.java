package io.privsep.context;

import java.util.List;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.core.env.Environment;
import org.springframework.validation.Validator;

/**
 * Binds the settings of a context to the record that its beans ask for.
 */
public final class SettingsBinder {

	private final Environment environment;

	private final List<Validator> validators;

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
