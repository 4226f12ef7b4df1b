package io.privsep.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

import io.privsep.function.PrivilegedBean;
import io.privsep.functions.FunctionCatalog;
import io.privsep.functions.PrivilegedTypes;

/**
 * Says where the settings of functions come from that run in no helpers.
 */
@Order(0)
final class DisabledSettingsFailureAnalyzer extends AbstractFailureAnalyzer<UnsatisfiedDependencyException> {

	private final @Nullable Environment environment;

	DisabledSettingsFailureAnalyzer(@Nullable Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnsatisfiedDependencyException cause) {
		InjectionPoint point = cause.getInjectionPoint();
		Class<?> bean = (point != null) ? point.getMember().getDeclaringClass() : null;
		Class<?> settings = (cause.getCause() instanceof NoSuchBeanDefinitionException missing
				&& missing.getResolvableType() != null) ? missing.getResolvableType().resolve() : null;
		if (bean == null || settings == null || !settings.isRecord() || !FunctionCatalog.isPrivileged(bean)
				|| !isDisabled()) {
			return null;
		}
		String property = "privsep.contexts." + PrivilegedTypes.context(PrivilegedBean.of(bean)) + ".settings";
		return new FailureAnalysis(
				"With 'privsep.enabled=false', '" + bean.getName()
						+ "' is an ordinary bean, and nothing gives its constructor the settings: '" + property
						+ "' is not bound to '" + settings.getName() + "'.",
				"Replace 'privsep.enabled=false' by 'privsep.mode=in-process': functions then run in the application,"
						+ " with their settings. Or make the settings a bean: add @ConfigurationProperties(\""
						+ property + "\") to '" + settings.getSimpleName() + "', and @EnableConfigurationProperties("
						+ settings.getSimpleName() + ".class) to the application.",
				cause);
	}

	private boolean isDisabled() {
		return this.environment != null && !this.environment.getProperty("privsep.enabled", Boolean.class, true);
	}

}
