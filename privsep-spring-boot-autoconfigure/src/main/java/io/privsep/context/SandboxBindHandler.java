package io.privsep.context;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.util.unit.DataSize;

import io.privsep.context.PrivsepProperties.NetworkType;
import io.privsep.context.PrivsepProperties.Sandbox;

/**
 * Lets a sandbox be configured by its name alone, as {@code sandbox:}, which is an empty
 * text to a {@link Binder}, as is the {@code sandbox: {}} of Spring Boot 4.1. Where there
 * are properties below the name as well, in whatever source, these are bound, or
 * {@linkplain UnknownElementsBindHandler refused}.
 */
public final class SandboxBindHandler extends AbstractBindHandler {

	private static final ConfigurationPropertyName CONTEXTS = ConfigurationPropertyName.of("privsep.contexts");

	private static final Sandbox DEFAULT = new Sandbox(NetworkType.NONE, List.of(), List.of(), DataSize.ofMegabytes(16),
			false, null, 256, DataSize.ofMegabytes(16));

	public SandboxBindHandler(BindHandler parent) {
		super(new UnknownElementsBindHandler(PrivsepProperties.class, CONTEXTS, parent));
	}

	/**
	 * Binds all properties without a context of Spring.
	 * @param binder the binder
	 * @return the properties, or {@code null} if there are none
	 */
	public static @Nullable PrivsepProperties bind(Binder binder) {
		return binder.bind("privsep", Bindable.of(PrivsepProperties.class), new SandboxBindHandler(BindHandler.DEFAULT))
			.orElse(null);
	}

	@Override
	public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Exception error) throws Exception {
		Object value = (target.getType().resolve() == Sandbox.class && error instanceof ConverterNotFoundException)
				? value(name, context) : null;
		if (value == null) {
			return super.onFailure(name, target, context, error);
		}
		if (!(value instanceof Map<?, ?> map && map.isEmpty()) && !value.toString().isEmpty()) {
			throw new InvalidConfigurationPropertyValueException(name.toString(), value,
					"a sandbox has properties of its own, or is empty, as in 'sandbox:'");
		}
		return super.onSuccess(name, target, context, DEFAULT);
	}

	private static @Nullable Object value(ConfigurationPropertyName name, BindContext context) {
		for (ConfigurationPropertySource source : context.getSources()) {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			if (property != null) {
				return property.getValue();
			}
		}
		return null;
	}

}
