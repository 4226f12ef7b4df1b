package io.privsep.benchmarks.soak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Soaks for as many minutes as its first argument says, and writes what came of it into
 * the directory that is its second. Started by {@code soak.sh}.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(SoakFunctions.class)
public class SoakApplication {

	public static void main(String[] args) throws Exception {
		Duration duration = Duration.ofSeconds(Math.round(60 * Double.parseDouble(args[0])));
		Path results = Path.of(args[1]);
		SpringApplication application = new SpringApplication(SoakApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		SoakReport report;
		try (ConfigurableApplicationContext context = application.run(Arrays.copyOfRange(args, 2, args.length))) {
			report = new Soak(context).run(duration);
		}
		Files.createDirectories(results);
		Files.writeString(results.resolve("soak.md"), report.markdown());
		Files.writeString(results.resolve("soak.svg"), report.svg());
		System.out.println(report.markdown());
		// no thread of a caller that is stuck keeps this from ending
		System.exit(report.problems().isEmpty() ? 0 : 1);
	}

}
