package io.privsep.process;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;

/**
 * What functions do, and what their JVM does meanwhile.
 */
final class OrdinaryWork {

	private static final int MEGABYTE = 1 << 20;

	private OrdinaryWork() {
	}

	/**
	 * Does all of it.
	 * @param directory where it may write
	 * @return what was done
	 * @throws Exception if something could not be done
	 */
	static List<String> all(Path directory) throws Exception {
		List<String> done = new ArrayList<>();
		done.add("compiled " + (compile() != 0));
		done.add("collected " + collect(1024) + "MB");
		encrypt();
		done.add("encrypted");
		connect();
		connectByPath(directory);
		done.add("connected");
		readAndWrite(directory);
		done.add("read and written");
		try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
			done.add("found itself " + processes.anyMatch(ProcessHandle.current()::equals));
		}
		return done;
	}

	// long enough for both compilers
	private static long compile() {
		long sum = 1;
		for (int i = 0; i < 20_000_000; i++) {
			sum = sum * 31 + Long.rotateLeft(sum, i);
		}
		return sum;
	}

	// of a heap of 64 MB
	private static int collect(int megabytes) {
		byte[][] kept = new byte[8][];
		for (int i = 0; i < megabytes; i++) {
			kept[i % kept.length] = new byte[MEGABYTE];
		}
		ByteBuffer.allocateDirect(MEGABYTE).put(0, kept[0]);
		return megabytes;
	}

	private static void encrypt() throws Exception {
		byte[] text = new byte[1000];
		new SecureRandom().nextBytes(text);
		KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
		Signature signature = Signature.getInstance("SHA256withECDSA");
		signature.initSign(keys.getPrivate());
		signature.update(text);
		byte[] signed = signature.sign();
		signature.initVerify(keys.getPublic());
		signature.update(text);
		require(signature.verify(signed));
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(Cipher.ENCRYPT_MODE, KeyGenerator.getInstance("AES").generateKey());
		require(cipher.doFinal(text).length == text.length + 16);
	}

	private static void connect() throws Exception {
		InetSocketAddress any = new InetSocketAddress(InetAddress.getByName("localhost"), 0);
		try (ServerSocketChannel server = ServerSocketChannel.open().bind(any); Selector selector = Selector.open()) {
			server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
			try (Socket client = new Socket(any.getAddress(), server.socket().getLocalPort())) {
				require(selector.select(10_000) == 1);
				try (SocketChannel accepted = server.accept()) {
					accepted.write(ByteBuffer.wrap(new byte[] { 42 }));
					require(client.getInputStream().read() == 42);
				}
			}
			selector.wakeup();
			selector.selectNow();
		}
		Pipe pipe = Pipe.open();
		pipe.sink().write(ByteBuffer.wrap(new byte[] { 42 }));
		require(pipe.source().read(ByteBuffer.allocate(2)) == 1);
		pipe.sink().close();
		pipe.source().close();
	}

	private static void connectByPath(Path directory) throws Exception {
		UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("socket"));
		try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
				SocketChannel client = SocketChannel.open(address)) {
			client.write(ByteBuffer.wrap(new byte[] { 42 }));
			try (SocketChannel accepted = server.accept()) {
				require(accepted.read(ByteBuffer.allocate(2)) == 1);
			}
		}
		Files.delete(address.getPath());
	}

	private static void readAndWrite(Path directory) throws Exception {
		try (WatchService watch = directory.getFileSystem().newWatchService()) {
			directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
			Path file = Files.writeString(directory.resolve("file"), "text");
			require(watch.poll(2, TimeUnit.MINUTES) != null);
			try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
				MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_WRITE, 0, 4);
				map.put(0, (byte) 'n');
				map.force();
				channel.lock().release();
			}
			Path copy = Files.copy(file, directory.resolve("copy"));
			Files.move(copy, directory.resolve("moved"));
			require(Files.readString(directory.resolve("moved")).equals("next"));
			try (Stream<Path> found = Files.walk(directory)) {
				require(found.count() == 3);
			}
			Files.delete(file);
			Files.delete(directory.resolve("moved"));
		}
	}

	private static void require(boolean condition) {
		if (!condition) {
			throw new IllegalStateException("It went otherwise");
		}
	}

}
