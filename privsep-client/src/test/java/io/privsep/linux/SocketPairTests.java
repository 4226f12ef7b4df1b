package io.privsep.linux;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The ends of a pair belong together, whoever else connects or listens.
 */
@EnabledOnOs(OS.LINUX)
class SocketPairTests {

	@TempDir
	Path directory;

	@Test
	void openJoinsTheEndsAndLeavesNothing() throws IOException {
		Path own = Files.createDirectory(this.directory.resolve("own"));
		SocketPair pair = SocketPair.open(own);
		try (SocketChannel application = pair.application()) {
			assertThat(application.isBlocking()).isTrue();
			Posix.write(pair.childFd(), new byte[] { 7 });
			ByteBuffer received = ByteBuffer.allocate(10);
			assertThat(application.read(received)).isEqualTo(1);
			assertThat(received.get(0)).isEqualTo((byte) 7);
		}
		finally {
			pair.closeChildFd();
		}
		try (Stream<Path> left = Files.list(this.directory)) {
			assertThat(left).isEmpty();
		}
	}

	@Test
	void openWhenSomethingElseIsInTheDirectoryStillJoinsTheEnds() throws IOException {
		Path own = Files.createDirectory(this.directory.resolve("own"));
		Files.createFile(own.resolve("of-a-stranger"));
		SocketPair pair = SocketPair.open(own);
		try (SocketChannel application = pair.application()) {
			Posix.write(pair.childFd(), new byte[] { 7 });
			assertThat(application.read(ByteBuffer.allocate(10))).isEqualTo(1);
		}
		finally {
			pair.closeChildFd();
		}
	}

	@Test
	void acceptWhenOthersHaveConnectedBeforeTakesTheRightOne() throws IOException {
		List<SocketChannel> strangers = new ArrayList<>();
		try (ServerSocketChannel listener = listen("s")) {
			for (int i = 0; i < 20; i++) {
				SocketChannel stranger = SocketChannel.open(listener.getLocalAddress());
				strangers.add(stranger);
				switch (i % 3) {
					case 0 -> stranger.write(ByteBuffer.allocate(16));
					case 1 -> stranger.close();
					default -> {
						// says nothing
					}
				}
			}
			int childFd = UnixSocket.connect(this.directory.resolve("s"));
			try (SocketChannel accepted = SocketPair.accept(listener, childFd)) {
				Posix.write(childFd, new byte[] { 7 });
				assertThat(accepted.read(ByteBuffer.allocate(10))).isEqualTo(1);
			}
			finally {
				Posix.close(childFd);
			}
		}
		finally {
			for (SocketChannel stranger : strangers) {
				stranger.close();
			}
		}
	}

	@Test
	void acceptWhenConnectedToAnotherListenerOfThisProcessThrows() throws IOException {
		try (ServerSocketChannel listener = listen("s"); ServerSocketChannel other = listen("other")) {
			int childFd = UnixSocket.connect(this.directory.resolve("other"));
			try {
				assertThat(other.isOpen()).isTrue();
				assertThatExceptionOfType(IOException.class).isThrownBy(() -> SocketPair.accept(listener, childFd))
					.withMessage("the connection of a helper does not arrive where it is awaited");
			}
			finally {
				Posix.close(childFd);
			}
		}
	}

	@Test
	void connectWhenQueueIsFullDoesNotWait() throws IOException {
		List<Integer> fds = new ArrayList<>();
		try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			listener.bind(UnixDomainSocketAddress.of(this.directory.resolve("s")), 1);
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
				for (int i = 0; i < 10; i++) {
					fds.add(UnixSocket.connect(this.directory.resolve("s")));
				}
			}).withMessage("connect: Resource temporarily unavailable");
		}
		finally {
			fds.forEach(Posix::close);
		}
	}

	@Test
	void neitherEndTakesDescriptorsWhereTheKernelCanRefuseThem() throws IOException {
		Path own = Files.createDirectory(this.directory.resolve("own"));
		SocketPair pair = SocketPair.open(own);
		try (SocketChannel application = pair.application()) {
			assertThat(application.isConnected()).isTrue();
			SentDescriptor.assertRefused(pair.childFd());
			assertThat(SentDescriptor.sockets(own.resolve("s"))).singleElement()
				.satisfies(SentDescriptor::assertRefused);
		}
		finally {
			pair.closeChildFd();
		}
	}

	private ServerSocketChannel listen(String name) throws IOException {
		ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
		listener.bind(UnixDomainSocketAddress.of(this.directory.resolve(name)));
		return listener;
	}

}
