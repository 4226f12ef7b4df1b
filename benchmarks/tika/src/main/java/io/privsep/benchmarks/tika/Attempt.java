package io.privsep.benchmarks.tika;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.zip.Deflater;

/**
 * What a parser does that a document has taken over.
 */
enum Attempt {

	READ {
		@Override
		String run(String path) throws IOException {
			return Files.readString(Path.of(path));
		}
	},

	ENVIRONMENT {
		@Override
		String run(String none) {
			return System.getenv().toString();
		}
	},

	WRITE {
		@Override
		String run(String path) throws IOException {
			return Files.writeString(Path.of(path), OVERWRITTEN).toString();
		}
	},

	PROGRAM {
		@Override
		String run(String program) throws IOException {
			Process process = new ProcessBuilder(program).start();
			return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	},

	TCP {
		@Override
		String run(String port) throws IOException {
			try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
				return socket.toString();
			}
		}
	},

	UNIX_SOCKET {
		@Override
		String run(String path) throws IOException {
			try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
				return channel.toString();
			}
		}
	},

	PROCESSES {
		@Override
		String run(String none) {
			return ProcessHandle.allProcesses().map((process) -> {
				try {
					return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
				}
				catch (IOException ex) {
					return "";
				}
			}).collect(Collectors.joining("\n"));
		}
	},

	SIGNAL {
		@Override
		String run(String pid) {
			ProcessHandle process = ProcessHandle.of(Long.parseLong(pid))
				.orElseThrow(() -> new NoSuchElementException("no such process"));
			return Boolean.toString(process.destroyForcibly());
		}
	},

	NATIVE_MEMORY {
		@Override
		String run(String mebibytes) {
			List<Deflater> all = new ArrayList<>();
			try {
				// each takes a quarter of a MiB
				for (int i = 0; i < 4 * Integer.parseInt(mebibytes); i++) {
					all.add(new Deflater());
				}
				return DONE;
			}
			finally {
				all.forEach(Deflater::end);
			}
		}
	},

	TEMPORARY_FILE {
		@Override
		String run(String mebibytes) throws IOException {
			Path file = Files.createTempFile("privsep", null);
			try (OutputStream out = Files.newOutputStream(file)) {
				for (int i = 0; i < Integer.parseInt(mebibytes); i++) {
					out.write(new byte[1 << 20]);
				}
				return DONE;
			}
			finally {
				Files.delete(file);
			}
		}
	},

	THROW {
		@Override
		String run(String none) throws Gadget {
			throw new Gadget();
		}
	},

	REMEMBER {
		@Override
		String run(String none) {
			return (SEEN.incrementAndGet() > 1) ? DONE : "";
		}
	},

	/** Replies, then keeps what could end it from doing so, and stays. */
	STAY {
		@Override
		String run(String none) {
			new Thread(() -> {
				pause(300);
				Thread self = Thread.currentThread();
				Thread.getAllStackTraces().keySet().stream().filter((each) -> each != self).forEach(Thread::interrupt);
				while (true) {
					pause(1000);
				}
			}, "stay").start();
			return DONE;
		}
	},

	HEAP {
		@Override
		String run(String none) {
			List<byte[]> all = new ArrayList<>();
			while (all.size() < Integer.MAX_VALUE) {
				all.add(new byte[1 << 20]);
			}
			return DONE;
		}
	},

	LOOP {
		@Override
		String run(String none) {
			long count = 0;
			while (!Thread.currentThread().getName().isEmpty()) {
				count++;
			}
			return Long.toString(count);
		}
	};

	/** What some say that have had their way. */
	static final String DONE = "done";

	/** What is left where something is written. */
	static final String OVERWRITTEN = "overwritten";

	private static final AtomicInteger SEEN = new AtomicInteger();

	abstract String run(String argument) throws Exception;

	byte[] document(String argument) {
		return String.join("\n", HostileParser.MAGIC, name(), argument).getBytes(StandardCharsets.UTF_8);
	}

	private static void pause(long millis) {
		try {
			TimeUnit.MILLISECONDS.sleep(millis);
		}
		catch (InterruptedException ex) {
			// stays all the same
		}
	}

}
