package io.privsep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.rights.Capability;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application cannot have the timed waits of a helper last longer.
 */
class TimerSlackIntegrationTests {

	private static final Rights RIGHTS = RealHelper.rights(61214, Capability.CHOWN);

	@RegisterExtension
	static final CodeCopy code = new CodeCopy();

	@Test
	void helperHasItsOwnTimerSlackWhateverTheApplicationHas() throws Exception {
		String[] slack = new String[2];
		Thread application = new Thread(() -> {
			try {
				Path own = Path.of("/proc")
					.resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName())
					.resolve("timerslack_ns");
				Files.writeString(own, "20000000");
				slack[0] = Files.readString(own).strip();
				try (RealHelper helper = RealHelper.start(code, RIGHTS)) {
					slack[1] = Files.readString(Path.of("/proc/" + helper.pid() + "/timerslack_ns")).strip();
				}
			}
			catch (IOException ex) {
				slack[1] = ex.toString();
			}
		});
		application.start();
		application.join();
		assertThat(slack).containsExactly("20000000", "50000");
	}

}
