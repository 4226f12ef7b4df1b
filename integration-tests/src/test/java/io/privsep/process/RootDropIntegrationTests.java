package io.privsep.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

import io.privsep.PrivsepFunction;
import io.privsep.linux.RootDrop;
import io.privsep.rights.ThreadRights;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That an application gives up root whatever its threads do meanwhile.
 */
class RootDropIntegrationTests {

	private static final int USER = 61391;

	private static final int GROUP = 61392;

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	@Test
	void threadsThatEndMeanwhileDoNotEndTheApplication() throws Exception {
		// otherwise about half of them failed
		for (int i = 0; i < 4; i++) {
			Command command = Command.run(words(ManyThreads.class));
			assertThat(command.output())
				.contains("dropped by all of [[" + USER + ", " + USER + ", " + USER + ", " + USER + "]]");
			assertThat(command.exitCode()).isZero();
		}
	}

	@Test
	void applicationThatWouldKeepInheritableCapabilitiesDoesNotGoOn() throws Exception {
		List<String> words = new ArrayList<>(List.of("/usr/bin/setpriv", "--inh-caps=+dac_override,+chown", "--"));
		words.addAll(words(ManyThreads.class));
		Command command = Command.run(words);
		assertThat(command.exitCode()).isNotZero();
		assertThat(command.output())
			.contains("this process would keep the inheritable capabilities [chown, dac_override];"
					+ " start it with 'setpriv --inh-caps=-all'")
			.doesNotContain("dropped by all");
	}

	@Test
	void rootIsDroppedOnceByParentAndChild() throws Exception {
		List<String> words = new ArrayList<>(words(ParentAndChild.class));
		words.add("--privsep.drop-root.user=" + USER);
		Command command = Command.run(words);
		assertThat(command.output()).contains("child has [" + USER + ", " + USER + ", " + USER + ", " + USER + "]");
		assertThat(command.exitCode()).isZero();
	}

	@Test
	void helpersOfAnApplicationThatDropsRootDoNotKeepItInModeUnprivileged() throws Exception {
		List<String> words = new ArrayList<>(words(Unprivileged.class));
		words.addAll(List.of("--privsep.mode=unprivileged", "--privsep.drop-root.user=" + USER,
				"--privsep.drop-root.group=" + GROUP, "--privsep.contexts.own.user=0",
				"--privsep.contexts.own.capabilities=sys_admin", "--privsep.contexts.own.allow-root=true"));
		Command command = Command.run(words);
		assertThat(command.output())
			.contains("helper has uids [" + USER + ", " + USER + ", " + USER + ", " + USER + "], gids [" + GROUP + ", "
					+ GROUP + ", " + GROUP + ", " + GROUP + "], groups [], and []")
			.contains("'privsep.mode' is 'unprivileged': the functions of contexts [own] run in helpers with the"
					+ " application's own rights; their")
			.contains("Dropped root: user " + USER);
		assertThat(command.exitCode()).isZero();
	}

	private static List<String> words(Class<?> application) {
		String classPath = code.classPath()
			.stream()
			.map(Path::toString)
			.collect(Collectors.joining(File.pathSeparator));
		return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-cp", classPath, application.getName());
	}

	/**
	 * An application many of whose threads end while it gives up root.
	 */
	static final class ManyThreads {

		private static final int THREADS = 300;

		private ManyThreads() {
		}

		/**
		 * Runs the application.
		 * @param args nothing
		 * @throws Exception if something fails
		 */
		public static void main(String[] args) throws Exception {
			// what is loaded later would give the threads time to end
			ThreadRights.ofAllThreads();
			RootDrop drop = new RootDrop(USER, USER);
			CountDownLatch running = new CountDownLatch(THREADS);
			CountDownLatch end = new CountDownLatch(1);
			for (int i = 0; i < THREADS; i++) {
				Thread thread = new Thread(() -> {
					running.countDown();
					try {
						end.await();
					}
					catch (InterruptedException ex) {
						// ends
					}
				});
				thread.setDaemon(true);
				thread.start();
			}
			running.await();
			end.countDown();
			drop.run(() -> {
			});
			System.out.println("dropped by all of "
					+ ThreadRights.ofAllThreads().values().stream().map(ThreadRights::uids).distinct().toList());
			System.exit(0);
		}

	}

	/** An application of two contexts. */
	@EnableAutoConfiguration
	static class ParentAndChild {

		/**
		 * Runs the application.
		 * @param args its arguments
		 * @throws Exception if something fails
		 */
		public static void main(String[] args) throws Exception {
			new SpringApplicationBuilder(ParentAndChild.class).web(WebApplicationType.NONE)
				.child(Child.class)
				.web(WebApplicationType.NONE)
				.run(args);
			System.out.println("child has " + ThreadRights.ofThisProcess().uids());
			System.exit(0);
		}

	}

	/** An application that has helpers with its own rights. */
	@EnableAutoConfiguration
	@Import(OwnRights.class)
	static class Unprivileged {

		/**
		 * Runs the application.
		 * @param args its arguments
		 * @throws Exception if something fails
		 */
		public static void main(String[] args) throws Exception {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Unprivileged.class)
				.web(WebApplicationType.NONE)
				.run(args)) {
				System.out.println("helper has " + context.getBean(OwnRights.class).ofHelper());
			}
		}

	}

	/** What its helper says of itself. */
	@PrivsepFunction("own")
	static class OwnRights {

		public String ofHelper() throws IOException {
			ThreadRights rights = ThreadRights.ofThisProcess();
			return "uids " + rights.uids() + ", gids " + rights.gids() + ", groups " + rights.groups() + ", and "
					+ rights.permitted();
		}

	}

	/** Its second context. */
	@EnableAutoConfiguration
	static class Child {

	}

}
