package io.privsep.namespaces;

import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Says what its helpers see of its files, and what it sees of their mounts.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({ Plain.class, Mounter.class })
public class NamespacesApplication {

	/**
	 * Runs the application.
	 * @param args where a helper is to mount, then those of Spring
	 */
	public static void main(String[] args) {
		SpringApplication.run(NamespacesApplication.class, args).close();
	}

	@Bean
	ApplicationRunner look(Plain plain, Mounter mounter) {
		return (arguments) -> {
			Path directory = Path.of(arguments.getNonOptionArgs().get(0));
			Path file = Files.createTempFile(Path.of("/tmp"), "privsep-", "");
			System.out.println("plain sees /tmp: " + plain.sees(file));
			System.out.println("mounter sees /tmp: " + mounter.sees(file));
			Files.delete(file);
			System.out.println("mount: " + mounter.mount(directory));
			System.out.println("mount seen: " + isMounted(directory));
			System.out.println("network: " + mounter.addNetwork("privsep-it"));
			System.out.println("network seen: " + isMounted(Path.of("/run/netns/privsep-it")));
		};
	}

	private static boolean isMounted(Path path) throws Exception {
		return Files.readAllLines(Path.of("/proc/self/mountinfo"))
			.stream()
			.anyMatch((line) -> line.split(" ")[4].equals(path.toString()));
	}

}
