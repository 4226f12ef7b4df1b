package io.privsep.autoconfigure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;

import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Starts applications that must not start, and returns what a person would read.
 */
final class StartFailures {

	private StartFailures() {
	}

	static String analysis(CapturedOutput output, List<Class<?>> beans, String... properties) {
		List<Class<?>> sources = new ArrayList<>(beans);
		sources.add(PrivsepAutoConfiguration.class);
		List<String> all = new ArrayList<>(Arrays.asList(properties));
		all.add("spring.main.banner-mode=off");
		assertThatException().isThrownBy(
				() -> new SpringApplicationBuilder(sources.toArray(Class<?>[]::new)).web(WebApplicationType.NONE)
					.properties(all.toArray(String[]::new))
					.run()
					.close());
		String text = output.toString();
		int start = text.lastIndexOf("APPLICATION FAILED TO START");
		return (start >= 0) ? text.substring(start) : "no analysis: " + text;
	}

}
