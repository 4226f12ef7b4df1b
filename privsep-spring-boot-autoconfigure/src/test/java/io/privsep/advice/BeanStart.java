package io.privsep.advice;

import java.util.List;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.functions.InvalidFunctionsException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts of an application with privileged beans of the context 'net'.
 */
final class BeanStart {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class))
		.withPropertyValues("privsep.mode=in-process", "privsep.contexts.net.call-timeout=1m",
				"privsep.contexts.net.settings.name=x");

	void refuses(String problem, Class<?>... beans) {
		this.runner.withUserConfiguration(beans)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(InvalidFunctionsException.class,
						(ex) -> assertThat(ex.problems()).isEqualTo(List.of(problem))));
	}

	void accepts(Class<?>... beans) {
		this.runner.withUserConfiguration(beans).run((context) -> assertThat(context).hasNotFailed());
	}

}
