package io.privsep.benchmarks.cost;

import java.io.PrintStream;
import java.util.List;
import java.util.Objects;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import io.privsep.benchmarks.load.Commands;
import io.privsep.benchmarks.load.Payload;
import io.privsep.benchmarks.load.Subject;
import io.privsep.channel.Channels;

/**
 * An application with as many contexts, and functions in the first of them, as its first
 * two arguments say. It calls the same function whatever there is beside it.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class GrowingApplication {

	public static void main(String[] args) throws Exception {
		PrintStream answers = System.out;
		System.setOut(System.err);
		SpringApplication application = new SpringApplication(GrowingApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.addPrimarySources(GrowingFunctions.beans(Integer.parseInt(args[0]), Integer.parseInt(args[1])));
		try (ConfigurableApplicationContext context = application.run(args)) {
			Commands.serve(new Growing(context), answers);
		}
	}

	/**
	 * Calls the one function.
	 *
	 * @param context the application
	 */
	private record Growing(ConfigurableApplicationContext context) implements Subject {

		@Override
		public List<Long> pids() {
			return this.context.getBean(Channels.class)
				.all()
				.values()
				.stream()
				.map((channel) -> Objects.requireNonNull(channel.status().pid(), "There is no helper"))
				.toList();
		}

		@Override
		public Call call(Payload payload, int caller) {
			String text = (String) payload.value();
			if (this.context.getBeanNamesForType(GrowingFunctions.One.class).length > 0) {
				GrowingFunctions.One one = this.context.getBean(GrowingFunctions.One.class);
				return () -> check(one.echo9(text), text);
			}
			// its class is the last of its context, and the function its last
			TenEchoes last = this.context.getBean(GrowingFunctions.Same9.class);
			return () -> check(last.echo9(text), text);
		}

		private static void check(String actual, String expected) {
			if (!actual.equals(expected)) {
				throw new AssertionError("That is not what was sent");
			}
		}

	}

}
