package io.privsep.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;
import org.springframework.util.ClassUtils;

import io.privsep.channel.HelpersNotStartedException;
import io.privsep.context.InsufficientRightsException;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.context.TestRun;
import io.privsep.functions.FunctionCatalog;
import io.privsep.functions.InvalidFunctionsException;
import io.privsep.linux.MissingToolException;
import io.privsep.sandbox.UnavailableSandboxException;

/**
 * Adds to other analyses what to do in a test, which mostly has neither the rights nor
 * all of the application.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class TestFailureAnalyzer implements FailureAnalyzer {

	private static final String ANNOTATION = "io.privsep.test.AutoConfigurePrivsep";

	/** What only matters where helpers get rights. */
	private static final Pattern RIGHTS = Pattern
		.compile("privsep\\.(drop-root\\..*|contexts\\.[^.]+\\.(user|group|groups|launcher|command))");

	private static final Pattern CAPABILITIES = Pattern.compile("privsep\\.contexts\\.[^.]+\\.capabilities");

	private final @Nullable BeanFactory beanFactory;

	private final @Nullable Environment environment;

	TestFailureAnalyzer(@Nullable BeanFactory beanFactory, @Nullable Environment environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		String advice = TestRun.isCurrent() ? advice(failure) : null;
		FailureAnalysis analysis = (advice != null) ? analyzeByOthers(failure) : null;
		return (analysis != null) ? new FailureAnalysis(analysis.getDescription(),
				analysis.getAction() + "\n\nIf this is a test, " + advice, analysis.getCause()) : null;
	}

	private @Nullable FailureAnalysis analyzeByOthers(Throwable failure) {
		ArgumentResolver arguments = ArgumentResolver.none();
		if (this.beanFactory != null) {
			arguments = arguments.and(BeanFactory.class, this.beanFactory);
		}
		if (this.environment != null) {
			arguments = arguments.and(Environment.class, this.environment);
		}
		List<FailureAnalyzer> analyzers = SpringFactoriesLoader
			.forDefaultResourceLocation(ClassUtils.getDefaultClassLoader())
			.load(FailureAnalyzer.class, arguments, FailureHandler.handleMessage((message, ex) -> {
				// Spring Boot has said so already
			}));
		return analyzers.stream()
			.filter((analyzer) -> !(analyzer instanceof TestFailureAnalyzer))
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	private @Nullable String advice(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (isOfRights(cause) && isProcess()) {
				return "add @AutoConfigurePrivsep to its class" + dependency()
						+ ". Functions then run in the JVM of the test, without users and capabilities. To do so in all"
						+ " tests, put 'privsep.test.mode=in-process' into src/test/resources/spring.properties."
						+ " Without that dependency, set 'privsep.mode=in-process' in the properties of the test.";
			}
			Class<?> bean = privilegedBean(cause);
			if (bean != null && hasPrivsep()) {
				if (isMissing(cause)) {
					return "add '@Import(" + bean.getSimpleName() + ".class)' to its class. '" + bean.getSimpleName()
							+ "' has functions, and a slice has no components.";
				}
				continue;
			}
			if (bean != null) {
				return "add @AutoConfigurePrivsep and '@Import(" + bean.getSimpleName() + ".class)' to its class"
						+ dependency() + ". '" + bean.getSimpleName()
						+ "' has functions, and a slice has neither components nor the auto-configuration of privsep.";
			}
		}
		return null;
	}

	private static String dependency() {
		return ClassUtils.isPresent(ANNOTATION, null) ? ""
				: ", with the test dependency 'io.privsep:privsep-spring-boot-starter-test'";
	}

	private static boolean isOfRights(Throwable cause) {
		if (cause instanceof InvalidConfigurationPropertyValueException invalid) {
			return RIGHTS.matcher(invalid.getName()).matches()
					|| invalid.getValue() == null && CAPABILITIES.matcher(invalid.getName()).matches();
		}
		if (cause instanceof InvalidFunctionsException invalid) {
			return !invalid.missingContexts().isEmpty() || !invalid.unusedContexts().isEmpty();
		}
		return cause instanceof InsufficientRightsException || cause instanceof HelpersNotStartedException
				|| cause instanceof UnavailableSandboxException || cause instanceof MissingToolException;
	}

	private boolean isProcess() {
		try {
			return this.environment == null || Binder.get(this.environment)
				.bind("privsep.mode", Mode.class)
				.orElse(Mode.PROCESS) == Mode.PROCESS;
		}
		catch (BindException ex) {
			return false;
		}
	}

	private boolean hasPrivsep() {
		return !(this.beanFactory instanceof ListableBeanFactory factory)
				|| factory.getBeanNamesForType(FunctionCatalog.class, true, false).length > 0;
	}

	private static boolean isMissing(Throwable cause) {
		return cause instanceof NoSuchBeanDefinitionException && !(cause instanceof NoUniqueBeanDefinitionException);
	}

	private static @Nullable Class<?> privilegedBean(Throwable cause) {
		Class<?> type = null;
		if (cause instanceof UnsatisfiedDependencyException unsatisfied) {
			InjectionPoint point = unsatisfied.getInjectionPoint();
			type = (point != null) ? point.getMember().getDeclaringClass() : null;
		}
		else if (cause instanceof NoSuchBeanDefinitionException missing) {
			ResolvableType missingType = missing.getResolvableType();
			type = (missingType != null) ? missingType.resolve() : null;
		}
		return (type != null && FunctionCatalog.isPrivileged(type)) ? type : null;
	}

}
