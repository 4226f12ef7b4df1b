package io.privsep.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link ApplicationJvm}.
 */
class ApplicationJvmTests {

	@TempDir
	private Path directory;

	/** As they call themselves, and as {@code java -version} prints it. */
	@ParameterizedTest
	@ValueSource(strings = { "Eclipse OpenJ9 VM", "IBM J9 VM",
			"openjdk version \"17.0.15\"\nIBM Semeru Runtime Open Edition\nEclipse OpenJ9 VM 17.0.15.0 (build ...)" })
	void requireHotSpotWhenItIsOpenJ9SaysWhatHelpersNeed(String name) {
		assertThatExceptionOfType(RefusedStartException.class).isThrownBy(() -> ApplicationJvm.requireHotSpot(name))
			.withMessageStartingWith("helpers need HotSpot");
	}

	@ParameterizedTest
	@ValueSource(strings = { "OpenJDK 64-Bit Server VM", "Java HotSpot(TM) 64-Bit Server VM", "OpenJDK 64-Bit Zero VM",
			"Dynamic Code Evolution 64-Bit Server VM", "Zing 64-Bit Tiered VM" })
	void requireHotSpotWhenItIsOneAcceptsIt(String name) {
		assertThatNoException().isThrownBy(() -> ApplicationJvm.requireHotSpot(name));
	}

	@Test
	void programOfThisJvm() throws IOException {
		assertThat(ApplicationJvm.program()).isExecutable();
	}

	@Test
	void programWhenTheDirectoryOfItsVersionIsGoneSaysSoAndWhatToDo() {
		Path home = this.directory.resolve("jdk-17.0.15");
		assertThatIOException().isThrownBy(() -> ApplicationJvm.program(home.toString()))
			.withMessage("the JVM that the application runs on is gone: there is no '" + home
					+ "' any more, as after an update; restart the application");
	}

	@Test
	void programWhenOnlyTheProgramIsGoneNamesIt() {
		assertThatIOException().isThrownBy(() -> ApplicationJvm.program(this.directory.toString()))
			.withMessageContaining("there is no program '" + this.directory.resolve("bin/java") + "'")
			.withMessageContaining("restart the application");
	}

	@Test
	void programOfANativeImageSaysThatThereIsNone() {
		assertThatExceptionOfType(RefusedStartException.class).isThrownBy(() -> ApplicationJvm.program(null))
			.withMessage("helpers need a JVM, and a native image has none; run the application on a JVM");
	}

	@Test
	void changeWhenItWasUpdatedInItsPlaceSaysSoAndWhatToDo() throws IOException {
		Files.writeString(this.directory.resolve("release"),
				"IMPLEMENTOR=\"Debian\"\nJAVA_RUNTIME_VERSION=\"17.0.16+8\"\n");
		assertThat(ApplicationJvm.change(this.directory, "17.0.15+6"))
			.isEqualTo("the JVM in '" + this.directory + "' was updated to 17.0.16+8, and the application still runs"
					+ " on 17.0.15+6: restart the application");
		assertThat(ApplicationJvm.change(this.directory, "17.0.16+8")).isEmpty();
	}

	@Test
	void changeOfThisJvmIsNone() {
		assertThat(ApplicationJvm.change()).isEmpty();
	}

	@Test
	void changeWhenTheFileSaysNothingIsNotKnown() throws IOException {
		assertThat(ApplicationJvm.change(this.directory, "17")).isEmpty();
		Files.writeString(this.directory.resolve("release"), "MODULES=\"java.base\"\n");
		assertThat(ApplicationJvm.change(this.directory, "17")).isEmpty();
	}

}
