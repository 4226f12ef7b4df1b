package io.privsep.benchmarks.cost;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import com.sun.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import io.privsep.benchmarks.load.Commands;
import io.privsep.benchmarks.load.Payload;
import io.privsep.benchmarks.load.Subject;
import io.privsep.benchmarks.load.TenFields;
import io.privsep.channel.Channels;

/**
 * An application that tells what its calls allocate, on the thread of the caller and in
 * the helper.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(AllocatingFunctions.class)
public class AllocatingApplication {

	public static void main(String[] args) throws Exception {
		PrintStream answers = System.out;
		System.setOut(System.err);
		SpringApplication application = new SpringApplication(AllocatingApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = application.run(args)) {
			Commands.serve(new Allocating(context.getBean(AllocatingFunctions.class), context.getBean(Channels.class)),
					answers);
		}
	}

	/**
	 * Calls functions and looks what that allocates.
	 *
	 * @param functions the functions
	 * @param channels tell of the helper
	 */
	private record Allocating(AllocatingFunctions functions, Channels channels) implements Subject {

		@Override
		public List<Long> pids() {
			return List.of(Objects.requireNonNull(this.channels.get("c0").status().pid(), "There is no helper"));
		}

		@Override
		public Call call(Payload payload, int caller) {
			Object value = payload.value();
			return switch (payload) {
				case TEXT -> () -> this.functions.echo((String) value);
				case RECORD -> () -> this.functions.echoFields((TenFields) value);
				case EXCEPTION -> () -> {
					try {
						this.functions.fail((String) value);
						throw new AssertionError("There was no exception");
					}
					catch (IllegalStateException ex) {
						// as it should be
					}
				};
				default -> throw new IllegalArgumentException(payload.toString());
			};
		}

		@Override
		public @Nullable String answer(String[] words) throws Exception {
			return words[0].equals("allocation") ? allocation(Payload.of(words[1]), Integer.parseInt(words[2])) : null;
		}

		private String allocation(Payload payload, int calls) throws Exception {
			Call call = call(payload, 0);
			this.functions.allocated();
			long helperBefore = this.functions.allocated();
			long before = ownAllocated();
			for (int i = 0; i < calls; i++) {
				call.run();
			}
			long own = ownAllocated() - before;
			long helper = this.functions.allocated() - helperBefore;
			return String.format(Locale.ROOT, "{\"application\":%.1f,\"helper\":%.1f}", (double) own / calls,
					(double) helper / calls);
		}

		private static long ownAllocated() {
			ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
			return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
		}

	}

}
