package io.privsep.context;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConverterNotFoundException;

import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.DropRoot;
import io.privsep.context.PrivsepProperties.Sandbox;

/**
 * Refuses properties that would silently confine nothing, or something else: unknown
 * ones, of contexts those of a sandbox that is neither enabled nor disabled, and
 * durations and sizes without a unit.
 */
public final class ContextPropertiesCheck extends AbstractBindHandler {

	private static final ConfigurationPropertyName CONTEXTS = ConfigurationPropertyName.of("privsep.contexts");

	private static final ConfigurationPropertyName DROP_ROOT = ConfigurationPropertyName.of("privsep.drop-root");

	private final Set<ConfigurationPropertyName> names = new HashSet<>();

	private final Set<ConfigurationPropertyName> undecided = new TreeSet<>();

	private final InvalidQuantities invalidQuantities = new InvalidQuantities();

	private ContextPropertiesCheck() {
		super(new StrictBindHandler());
	}

	/**
	 * Checks the properties of all contexts, and of what becomes of root.
	 * @param binder binds them
	 * @throws BindException if a property is unknown, or has a wrong value
	 * @throws InvalidConfigurationPropertyValueException if a sandbox is neither enabled
	 * nor disabled, or a duration or a size is none or has no unit
	 */
	public static void check(Binder binder) {
		ContextPropertiesCheck check = new ContextPropertiesCheck();
		binder.bind(CONTEXTS, Bindable.mapOf(String.class, Context.class), check);
		for (ConfigurationPropertyName sandbox : check.undecided) {
			throw new InvalidConfigurationPropertyValueException(sandbox + ".enabled", null,
					"'" + sandbox + "' is configured, but not enabled. For a sandbox, set '" + sandbox
							+ ".enabled=true'. For none, set it to 'false', or remove all other properties of '"
							+ sandbox + "'");
		}
		check.invalidQuantities.requireNone();
		binder.bind(DROP_ROOT, Bindable.of(DropRoot.class), new StrictBindHandler());
	}

	@Override
	public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		this.names.add(name);
		return super.onStart(name, target, context);
	}

	@Override
	public @Nullable Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Object result) {
		this.invalidQuantities.add(name, target, context);
		return super.onSuccess(name, target, context, result);
	}

	@Override
	public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Exception error) throws Exception {
		if (isSandbox(target) && error instanceof ConverterNotFoundException) {
			// as in 'sandbox: true'
			this.undecided.add(name);
			return null;
		}
		if (error instanceof ConversionException && this.invalidQuantities.addInvalid(name, target, context)) {
			return null;
		}
		return super.onFailure(name, target, context, error);
	}

	@Override
	public void onFinish(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			@Nullable Object result) throws Exception {
		super.onFinish(name, target, context, result);
		if (isSandbox(target) && (result == null || ((Sandbox) result).enabled() == null)
				&& isConfigured(name, context)) {
			this.undecided.add(name);
		}
	}

	private static boolean isSandbox(Bindable<?> target) {
		return target.getType().resolve() == Sandbox.class;
	}

	// Also without a value. Not all that begins with the name of the sandbox of 'a' is
	// its own: in environment variables there may be properties of a context 'a-sandbox'.
	private boolean isConfigured(ConfigurationPropertyName sandbox, BindContext context) {
		Set<ConfigurationPropertyName> own = this.names.stream()
			.filter((name) -> name.equals(sandbox) || sandbox.isAncestorOf(name))
			.collect(Collectors.toSet());
		for (ConfigurationPropertySource source : context.getSources()) {
			if ((source instanceof IterableConfigurationPropertySource iterable)
					? iterable.stream().anyMatch(StrictBindHandler.inSource(source, own)::contains)
					: own.stream().anyMatch((name) -> source.getConfigurationProperty(name) != null)) {
				return true;
			}
		}
		return false;
	}

}
