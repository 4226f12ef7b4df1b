package io.privsep.helper;

import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.privsep.PrivsepFunction;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.helper.audit.Audit;
import io.privsep.helper.audit.AuditLine;
import io.privsep.helper.audit.AuditLog;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.MalformedFrameException;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * That an audit which nobody takes ends the helper, instead of all of its workers for
 * ever.
 */
class BlockedAuditTests {

	private static final HelperDefinition DEFINITION = new HelperDefinition("test",
			new HelperDefinition.Code(List.of(Sample.class.getName()), null), null, -1,
			new HelperDefinition.Calls(2, 4096, 250_000), new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
			new HelperDefinition.Confinement(0, false, null), null);

	@Test
	void lineThatNobodyTakesEndsTheHelper(@TempDir Path directory) throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
				SocketChannel helper = SocketChannel.open(address);
				SocketChannel application = listener.accept()) {
			Audit audit = new AuditLog(new OutputStream() {
				@Override
				public void write(int value) {
					try {
						release.await();
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
				}
			}, new AuditLine("test", -1, Clock.systemUTC()));
			ClassLoader classLoader = getClass().getClassLoader();
			Server server = new Server(new ReplyWriter(helper), new FrameReader(helper, 4096),
					PrivilegedBeans.of(DEFINITION, classLoader), DEFINITION, classLoader, audit,
					Duration.ofMillis(500));
			// as many as there are workers, and one of them to a function that there is
			// not
			for (int i = 0; i < 3; i++) {
				Frame call = Request.Call.write(new FrameWriter(4096), i, (i == 2) ? 99 : 0, (out) -> {
				});
				application.write(call.toBytes());
			}
			assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(server::serve)
				.withMessage("A line of the audit was not taken within 500ms");
			assertThat(Reply.read(Objects.requireNonNull(new FrameReader(application, 4096).next())))
				.isInstanceOf(Reply.Ready.class);
		}
		finally {
			release.countDown();
		}
	}

	@PrivsepFunction("test")
	static class Sample {

		public void run() {
		}

	}

}
