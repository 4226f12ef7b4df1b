package io.privsep.install.application;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationHook;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.boot.bootstrap.BootstrapRegistry.InstanceSupplier;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.support.EnvironmentPostProcessorApplicationListener;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;
import org.springframework.util.ClassUtils;
import org.springframework.validation.Validator;

import io.privsep.autoconfigure.JarModeCheck;
import io.privsep.context.ContextResolver;
import io.privsep.context.ContextResolver.Installable;
import io.privsep.context.PrivsepProperties;
import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.context.SettingsBinder;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.functions.FunctionCatalog;

/**
 * An application as its installation sees it: its configuration and its bean definitions,
 * read as its own start would read them. Of its beans there are only post-processors,
 * factory beans of unknown type, and what these ask for.
 */
public final class InstallableApplication {

	private final GenericApplicationContext context;

	private final PrivsepProperties properties;

	private final Map<String, FunctionTable> tables;

	private InstallableApplication(GenericApplicationContext context) {
		this.context = context;
		this.properties = context.getBean(PrivsepProperties.class);
		this.tables = context.getBean(FunctionCatalog.class).tables();
	}

	/**
	 * Reads the name of an application.
	 * @param mainClass its main class
	 * @param arguments arguments for its main method
	 * @return the name, if it has one
	 */
	public static Optional<String> name(Class<?> mainClass, List<String> arguments) {
		EnvironmentListener listener = new EnvironmentListener(new ConfigurationTrust());
		run(mainClass, arguments, listener);
		return Optional.ofNullable(
				Objects.requireNonNull(listener.environment, "environment").getProperty("spring.application.name"));
	}

	/**
	 * Reads an application.
	 * @param mainClass its main class
	 * @param arguments arguments for its main method
	 * @return the application
	 * @throws IllegalStateException if it has nothing to install
	 */
	public static InstallableApplication load(Class<?> mainClass, List<String> arguments) {
		ConfigurationTrust trust = new ConfigurationTrust();
		ContextListener listener = new ContextListener(trust);
		run(mainClass, arguments, listener);
		if (!(listener.context instanceof GenericApplicationContext context)) {
			throw new IllegalStateException(
					"'" + mainClass.getName() + "' does not make an application context that can be read");
		}
		// up to where ordinary beans would be made
		context.refreshForAotProcessing(new RuntimeHints());
		trust.require(context.getEnvironment().getPropertySources());
		if (context.getBeanNamesForType(PrivsepProperties.class).length == 0) {
			throw new IllegalStateException("The application does not use privsep: 'privsep.enabled' is false, or its"
					+ " auto-configuration is excluded");
		}
		return new InstallableApplication(context);
	}

	private static void run(Class<?> mainClass, List<String> arguments, TrustingListener listener) {
		SpringApplication.withHook(listener, () -> {
			try {
				Method main = mainClass.getDeclaredMethod("main", String[].class);
				main.setAccessible(true);
				main.invoke(null, (Object) arguments.toArray(String[]::new));
			}
			catch (InvocationTargetException ex) {
				if (!(ex.getCause() instanceof SpringApplication.AbandonedRunException)) {
					throw new IllegalStateException("The main method of '" + mainClass.getName() + "' failed",
							ex.getCause());
				}
			}
			catch (ReflectiveOperationException ex) {
				throw new IllegalStateException(
						"'" + mainClass.getName() + "' has no method 'static void main(String[])'", ex);
			}
		});
	}

	/**
	 * Says what an exception means, as a failed start of the application would.
	 * @param failure the exception
	 * @return the analysis, if there is one
	 */
	public static Optional<FailureAnalysis> analyze(Throwable failure) {
		List<FailureAnalyzer> analyzers = SpringFactoriesLoader
			.forDefaultResourceLocation(ClassUtils.getDefaultClassLoader())
			.load(FailureAnalyzer.class, ArgumentResolver.none(), FailureHandler.handleMessage((message, ex) -> {
				// one that needs the beans of a started application
			}));
		return analyzers.stream().map((analyzer) -> analyzer.analyze(failure)).filter(Objects::nonNull).findFirst();
	}

	/**
	 * What is configured for the contexts.
	 * @return the contexts, by their names
	 */
	public Map<String, Context> contexts() {
		return this.properties.contexts();
	}

	/**
	 * What the helper of a context can be asked for.
	 * @param name name of the context
	 * @return the signatures of its functions
	 */
	public List<String> functions(String name) {
		return Objects.requireNonNull(this.tables.get(name))
			.functions()
			.stream()
			.map(PrivilegedFunction::signature)
			.toList();
	}

	/**
	 * Checks all of a context for which its user need not exist.
	 * @param name name of the context
	 * @param launcher its launcher
	 * @return what is known of its helper
	 */
	public Installable requireInstallable(String name, LauncherType launcher) {
		return resolver().requireInstallable(name, Objects.requireNonNull(this.tables.get(name)), launcher);
	}

	/**
	 * The definition of a context's installed helper.
	 * @param name name of the context
	 * @param launcher its launcher
	 * @param clientUid the user that the application will run as
	 * @param auditFile the file that it audits its calls in, if it does so in a file
	 * @return the definition
	 */
	public HelperDefinition definition(String name, LauncherType launcher, int clientUid, Path auditFile) {
		return resolver().resolveForInstallation(name, Objects.requireNonNull(this.tables.get(name)), launcher,
				clientUid, auditFile);
	}

	private ContextResolver resolver() {
		ClassLoader classLoader = Objects.requireNonNull(ClassUtils.getDefaultClassLoader());
		SettingsBinder binder = new SettingsBinder(this.context.getEnvironment(),
				this.context.getBeanProvider(Validator.class).stream().limit(1).toList());
		return ContextResolver.of(this.properties, null, binder, classLoader, ContextResolver.ownRights());
	}

	/**
	 * A run of the application that root obeys, as far as it goes.
	 */
	private abstract static class TrustingListener implements SpringApplicationHook, SpringApplicationRunListener,
			ApplicationListener<ApplicationEvent>, Ordered {

		private final ConfigurationTrust trust;

		TrustingListener(ConfigurationTrust trust) {
			this.trust = trust;
		}

		@Override
		public SpringApplicationRunListener getRunListener(SpringApplication application) {
			application.addListeners(this);
			return this;
		}

		@Override
		public void starting(ConfigurableBootstrapContext bootstrapContext) {
			JarModeCheck.skip(bootstrapContext);
			bootstrapContext.register(ConfigurationTrust.class, InstanceSupplier.of(this.trust));
		}

		// what other post-processors of the environment have read, before anybody obeys
		// it
		@Override
		public int getOrder() {
			return EnvironmentPostProcessorApplicationListener.DEFAULT_ORDER + 1;
		}

		@Override
		public void onApplicationEvent(ApplicationEvent event) {
			if (event instanceof ApplicationEnvironmentPreparedEvent prepared) {
				this.trust.require(prepared.getEnvironment().getPropertySources());
				SpringApplication application = prepared.getSpringApplication();
				application.setResourceLoader(new TrustedResources(this.trust, application.getResourceLoader()));
			}
		}

	}

	/**
	 * Ends a run of the application as soon as there is an environment.
	 */
	private static final class EnvironmentListener extends TrustingListener {

		private @Nullable ConfigurableEnvironment environment;

		EnvironmentListener(ConfigurationTrust trust) {
			super(trust);
		}

		@Override
		public void contextPrepared(ConfigurableApplicationContext context) {
			this.environment = context.getEnvironment();
			throw new SpringApplication.AbandonedRunException(context);
		}

	}

	/**
	 * Ends a run of the application before its context is refreshed.
	 */
	private static final class ContextListener extends TrustingListener {

		private @Nullable ConfigurableApplicationContext context;

		ContextListener(ConfigurationTrust trust) {
			super(trust);
		}

		// Before the application's own listeners: one that writes its process id would
		// take that of this process for it, into a file that is not root's alone.
		@Override
		public void onApplicationEvent(ApplicationEvent event) {
			super.onApplicationEvent(event);
			if (event instanceof ApplicationPreparedEvent prepared) {
				this.context = prepared.getApplicationContext();
				throw new SpringApplication.AbandonedRunException(this.context);
			}
		}

	}

}
