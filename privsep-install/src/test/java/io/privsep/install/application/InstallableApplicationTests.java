package io.privsep.install.application;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.context.ApplicationListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link InstallableApplication}.
 */
class InstallableApplicationTests {

	@Test
	void listenersOfTheApplicationDoNotHearThatItIsPrepared() {
		assertThatIllegalStateException()
			.isThrownBy(() -> InstallableApplication.load(Application.class, List.of("--spring.main.banner-mode=off")))
			.withMessageContaining("does not use privsep");
		assertThat(Application.prepared).isFalse();
	}

	static class Application {

		private static boolean prepared;

		static void main(String[] args) {
			SpringApplication application = new SpringApplication(Application.class);
			application.setWebApplicationType(WebApplicationType.NONE);
			application.addListeners(new PreparedListener());
			application.run(args);
		}

	}

	/** As Spring Boot's ApplicationPidFileWriter, which writes a file. */
	static class PreparedListener implements ApplicationListener<ApplicationPreparedEvent> {

		@Override
		public void onApplicationEvent(ApplicationPreparedEvent event) {
			Application.prepared = true;
		}

	}

}
