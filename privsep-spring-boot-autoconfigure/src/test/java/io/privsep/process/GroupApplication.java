package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

import io.privsep.PrivsepConnectionLostException;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;

/**
 * An application with a sandboxed context that says what control groups there are, and
 * what they are good for.
 */
@Import({ PrivsepAutoConfiguration.class, SandboxAttempts.class })
final class GroupApplication {

	private GroupApplication() {
	}

	public static void main(String[] args) throws Exception {
		Path delegated = Path.of("/sys/fs/cgroup")
			.resolve(Files.readString(Path.of("/proc/self/cgroup")).strip().substring("0::/".length()))
			.getParent();
		try (ConfigurableApplicationContext context = SpringApplication.run(GroupApplication.class, args)) {
			SandboxAttempts attempts = context.getBean(SandboxAttempts.class);
			attempts.count();
			for (Path group : groups(delegated)) {
				for (String name : List.of("memory.max", "memory.oom.group", "pids.max")) {
					System.out.println(name + " " + Files.readString(group.resolve(name)).strip());
				}
				for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
					System.out.println("inside " + ProcFiles.status(Long.parseLong(pid)).get("Name"));
				}
			}
			try {
				System.out.println("made files " + attempts.emptyFiles(1_000_000));
			}
			catch (PrivsepConnectionLostException ex) {
				System.out.println(Files.readAllLines(delegated.resolve("memory.events")).contains("oom_kill 0")
						? "lost otherwise" : "lost out of memory");
			}
			attempts.count();
			awaitGroups(delegated, 1);
		}
		awaitGroups(delegated, 0);
	}

	private static void awaitGroups(Path delegated, int count) throws Exception {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (groups(delegated).size() != count && System.nanoTime() - deadline < 0) {
			Thread.sleep(50);
		}
		System.out.println("groups " + groups(delegated).size());
	}

	private static List<Path> groups(Path delegated) throws IOException {
		try (Stream<Path> all = Files.list(delegated)) {
			return all.filter((each) -> each.getFileName().toString().startsWith("privsep-sandbox-")).toList();
		}
	}

}
