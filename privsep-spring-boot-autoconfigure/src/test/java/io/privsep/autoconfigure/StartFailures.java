package io.privsep.autoconfigure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Starts applications that must not start, and returns what a person would read.
 */
final class StartFailures {

	/** From the heading of an analysis until the next line of the log. */
	private static final Pattern ANALYSIS = Pattern.compile(
			"APPLICATION FAILED TO START\n\\*+\n\n(Description:\n\n.*?\n\nAction:\n\n.*?)(?=\n\\d{4}-\\d\\d-\\d\\dT|\\z)",
			Pattern.DOTALL);

	private StartFailures() {
	}

	/**
	 * Fails the start of an application, and the test if there is no analysis of it.
	 * @param output what the application prints
	 * @param beans classes of its beans
	 * @param properties its properties
	 * @return description and action with their headings, without the log before and
	 * after them
	 */
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
		Matcher analysis = ANALYSIS.matcher(output);
		assertThat(analysis.find()).as("an analysis in: %s", output).isTrue();
		String text = analysis.group(1).strip();
		assertThat(analysis.find()).as("another analysis in: %s", output).isFalse();
		return text;
	}

}
