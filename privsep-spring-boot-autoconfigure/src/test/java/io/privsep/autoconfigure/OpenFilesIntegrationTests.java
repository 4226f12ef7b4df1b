package io.privsep.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code max-open-files} in a real helper that has the application's own rights; where it
 * has others, see {@code HelperRightsIntegrationTests}.
 */
class OpenFilesIntegrationTests {

	@Test
	void functionThatOpensTooManyFilesGetsTheReasonAndItsHelperStays() throws IOException {
		try (FaultyApplication application = FaultyApplication.start("max-open-files=400")) {
			Path limits = Path.of("/proc", Long.toString(application.helper().pid()), "limits");
			assertThat(Files.readString(limits)).containsPattern("Max open files +400 +400 ");
			assertThat(application.functions().exhaustDescriptors()).contains("Too many open files");
			// another thread may have had one for a moment
			assertThat(open(application)).isBetween(390L, 400L);
			// the others are those of the class path
			assertThat(application.functions().releaseDescriptors()).isPositive();
			assertThat(application.functions().count()).isEqualTo(1);
			assertThat(application.status().restarts()).isZero();
		}
	}

	private static long open(FaultyApplication application) throws IOException {
		try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(application.helper().pid()), "fd"))) {
			return open.count();
		}
	}

}
