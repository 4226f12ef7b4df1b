package io.privsep.process;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.launch.HelperProcess;
import io.privsep.launch.SystemdLauncher;
import io.privsep.linux.CFunction;
import io.privsep.linux.CType;
import io.privsep.linux.SentDescriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link SystemdLauncher}: whom it trusts to start helpers.
 */
class SystemdLauncherIntegrationTests {

	private static final int OTHER_USER = 61297;

	private static final CFunction SETEUID = new CFunction("seteuid", CType.INT, CType.INT);

	private static final HelperDefinition DEFINITION = new HelperDefinition("net",
			new HelperDefinition.Code(List.of(), null), null, -1, new HelperDefinition.Calls(1, 1, 250_000),
			new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
			new HelperDefinition.Confinement(0, false, null), null);

	@Test
	void socketOfRootIsUsedAndTakesNoDescriptors(@TempDir Path directory) throws IOException {
		assumeTrue(ProcFiles.uid() == 0, "SKIPPED: only root can listen as root; run the build as root");
		Path path = directory.resolve("s");
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(path));
			List<Integer> listening = SentDescriptor.sockets(path);
			HelperProcess helper = new SystemdLauncher(path, List.of()).launch(DEFINITION);
			assertThat(helper.connection().isConnected()).isTrue();
			try (SocketChannel accepted = listener.accept()) {
				assertThat(accepted.isConnected()).isTrue();
				List<Integer> sockets = new ArrayList<>(SentDescriptor.sockets(path));
				sockets.removeAll(listening);
				assertThat(sockets).singleElement().satisfies(SentDescriptor::assertRefused);
			}
			assertThat(helper.end().text()).startsWith("started by systemd");
		}
	}

	@Test
	void socketOnWhichSomeoneElseListensIsNot(@TempDir Path directory) throws IOException {
		assumeTrue(ProcFiles.uid() == 0, "SKIPPED: only root can listen as another user; run the build as root");
		Path path = directory.resolve("s");
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			// the credentials of a listener are those of the moment when it begins to
			listenAs(OTHER_USER, listener, path);
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> new SystemdLauncher(path, List.of()).launch(DEFINITION))
				.withMessageContaining("listens user '" + OTHER_USER + "', expected root");
		}
	}

	private static void listenAs(int uid, ServerSocketChannel listener, Path path) throws IOException {
		Files.setAttribute(path.getParent(), "unix:uid", uid);
		SETEUID.check(uid);
		try {
			listener.bind(UnixDomainSocketAddress.of(path));
		}
		finally {
			SETEUID.check(0);
		}
	}

	@Test
	void socketThatIsNotThereIsNamed(@TempDir Path directory) {
		Path path = directory.resolve("none.sock");
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> new SystemdLauncher(path, List.of()).launch(DEFINITION))
			.withMessageContaining("cannot connect to '" + path + "'");
	}

}
