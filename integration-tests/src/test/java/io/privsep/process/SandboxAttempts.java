package io.privsep.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.privsep.PrivsepFunction;
import io.privsep.linux.CFunction;
import io.privsep.linux.CType;

/**
 * What a parser that strangers have taken over would try.
 */
@PrivsepFunction("sandbox")
class SandboxAttempts {

	private static int calls;

	public int count() {
		return ++calls;
	}

	public String read(String path) throws IOException {
		byte[] bytes = new byte[100];
		try (FileChannel file = FileChannel.open(Path.of(path), StandardOpenOption.READ)) {
			int length = file.read(ByteBuffer.wrap(bytes));
			return new String(bytes, 0, Math.max(0, length), StandardCharsets.UTF_8);
		}
	}

	public String list(String path) throws IOException {
		try (Stream<Path> files = Files.list(Path.of(path))) {
			return new TreeSet<>(files.map(Path::toString).toList()).toString();
		}
	}

	// A file that grows, until it does not.
	public long write(String path, long most) throws IOException {
		byte[] block = new byte[1 << 16];
		try (FileChannel file = FileChannel.open(Path.of(path), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
			while (file.position() < most) {
				file.write(ByteBuffer.wrap(block, 0, (int) Math.min(block.length, most - file.position())));
			}
			return file.size();
		}
		catch (IOException ex) {
			throw new IOException(ex.getMessage() + " after " + new File(path).length());
		}
	}

	/**
	 * Opens each of the kernel's settings for writing, and writes nothing.
	 * @return those that it could open, and how many there are
	 * @throws IOException if there are none
	 */
	public Map<String, Integer> openSettings() throws IOException {
		Map<String, Integer> opened = new HashMap<>();
		List<Path> files = new ArrayList<>(List.of(Path.of("/proc/sysrq-trigger")));
		try (Stream<Path> settings = Files.walk(Path.of("/proc/sys"))) {
			settings.filter(Files::isRegularFile).forEach(files::add);
		}
		for (Path file : files) {
			try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
				opened.put(file.toString(), (int) channel.position());
			}
			catch (IOException ex) {
				// as it must be
			}
		}
		opened.put("tried", files.size());
		return opened;
	}

	public long size(String path) throws IOException {
		return Files.size(Path.of(path));
	}

	public String zone() {
		return java.util.TimeZone.getDefault().getID();
	}

	public String resolve(String host) throws IOException {
		return java.net.InetAddress.getByName(host).getHostAddress();
	}

	public boolean delete(String path) throws IOException {
		return Files.deleteIfExists(Path.of(path));
	}

	public long copy(String from, String to) throws IOException {
		return Files.size(Files.copy(Path.of(from), Path.of(to), StandardCopyOption.COPY_ATTRIBUTES));
	}

	public boolean open(String path) throws IOException {
		Files.setPosixFilePermissions(Path.of(path), PosixFilePermissions.fromString("rwxrwxrwx"));
		return true;
	}

	public String link(String path, String target) throws IOException {
		return Files.createSymbolicLink(Path.of(path), Path.of(target)).toString();
	}

	public String environment() {
		return new TreeSet<>(System.getenv().keySet()) + " " + System.getProperty("user.dir");
	}

	public String processes() {
		return ProcessHandle.allProcesses().map(ProcessHandle::pid).sorted().toList().toString();
	}

	public String status() throws IOException {
		return Files.readString(Path.of("/proc/self/status"));
	}

	public String exec(String program) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(program).start();
		return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8) + process.waitFor();
	}

	/**
	 * Starts short programs, each of which leaves a child behind that ends a little
	 * later.
	 * @param count how many
	 * @return how many have ended as they should
	 * @throws IOException if one cannot be started
	 * @throws InterruptedException if it is cancelled
	 */
	@PrivsepFunction(value = "sandbox", timeout = "2m")
	public int startPrograms(int count) throws IOException, InterruptedException {
		int ended = 0;
		for (int i = 0; i < count; i++) {
			Process process = new ProcessBuilder("/usr/bin/dash", "-c", "/usr/bin/sleep 0.05 & exit 0").start();
			ended += (process.waitFor() == 0) ? 1 : 0;
		}
		return ended;
	}

	public String connect(int port) throws IOException {
		try (SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port))) {
			return String.valueOf(channel.getRemoteAddress());
		}
	}

	public String connectUnix(String path) throws IOException {
		try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
			channel.connect(UnixDomainSocketAddress.of(path));
			return "connected";
		}
	}

	// The name of an abstract socket begins with a zero (unix(7)), which Java refuses.
	public int connectAbstract(String name) {
		int socket = new CFunction("socket", CType.INT, CType.INT, CType.INT, CType.INT).call(1, 1, 0);
		if (socket < 0) {
			return -CFunction.lastError();
		}
		byte[] address = new byte[3 + name.length()];
		address[0] = 1;
		System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, address, 3, name.length());
		int result = new CFunction("connect", CType.INT, CType.INT, CType.POINTER, CType.INT).call(socket, address,
				address.length);
		return (result < 0) ? -CFunction.lastError() : 0;
	}

	/**
	 * Makes a system call through the C library.
	 * @param number its number
	 * @param arguments up to six numbers; a text where the address of one is wanted
	 * @return its result, or the negative number of the error
	 */
	public long systemCall(long number, List<String> arguments) {
		CFunction function = new CFunction("syscall", CType.POINTER, CType.POINTER, CType.POINTER, CType.POINTER,
				CType.POINTER, CType.POINTER, CType.POINTER, CType.POINTER);
		Object[] all = new Object[7];
		all[0] = number;
		for (int i = 0; i < 6; i++) {
			String argument = (i < arguments.size()) ? arguments.get(i) : "0";
			all[i + 1] = argument.matches("-?\\d+") ? Long.parseLong(argument) : address(argument);
		}
		long result = function.address(all);
		return (result < 0) ? -CFunction.lastError() : result;
	}

	/**
	 * Becomes another program, from a thread that is not the first one.
	 * @param program its path
	 * @param argument its argument
	 * @return the negative number of the error; otherwise nothing
	 */
	public long become(String program, String argument) {
		long arguments = inMemory(ByteBuffer.allocate(3 * Long.BYTES)
			.order(ByteOrder.nativeOrder())
			.putLong(address(program))
			.putLong(address(argument))
			.array());
		long number = System.getProperty("os.arch").equals("amd64") ? 59 : 221;
		return systemCall(number,
				List.of(program, Long.toString(arguments), Long.toString(arguments + 2 * Long.BYTES)));
	}

	private static long address(String text) {
		return inMemory((text + "\0").getBytes(StandardCharsets.UTF_8));
	}

	private static long inMemory(byte[] bytes) {
		long address = Memory.CALLOC.address(1L, (long) bytes.length);
		CFunction copy = new CFunction("memcpy", CType.POINTER, CType.POINTER, CType.POINTER, CType.POINTER);
		return copy.address(address, bytes, (long) bytes.length);
	}

	// What the kernel holds for them no limit of a process counts, nor the size of a
	// tmpfs.
	public int emptyFiles(int count) throws IOException {
		for (int i = 0; i < count; i++) {
			Files.createFile(Path.of("/tmp", "x".repeat(200) + i));
		}
		return count;
	}

	public int heap() {
		List<byte[]> all = new ArrayList<>();
		while (all.size() < 1 << 16) {
			all.add(new byte[1 << 20]);
		}
		return all.size();
	}

	public int directBuffers() {
		List<ByteBuffer> all = new ArrayList<>();
		while (all.size() < 1 << 16) {
			all.add(ByteBuffer.allocateDirect(1 << 20).putInt(1));
		}
		return all.size();
	}

	// Of the C library, which no limit of the JVM counts.
	public int nativeMemory() {
		List<Long> all = new ArrayList<>();
		try {
			while (all.size() < 1 << 12) {
				long address = Memory.CALLOC.address(1L, 1L << 20);
				if (address == 0) {
					throw new IllegalStateException("no memory after " + all.size() + " MB");
				}
				all.add(address);
			}
			return all.size();
		}
		finally {
			all.forEach(Memory.FREE::call);
		}
	}

	public int sharedMemory() {
		CFunction mmap = new CFunction("mmap", CType.POINTER, CType.POINTER, CType.POINTER, CType.INT, CType.INT,
				CType.INT, CType.POINTER);
		// PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS
		long address = mmap.address(0L, 1L << 30, 3, 0x21, -1, 0L);
		if (address == -1) {
			throw new IllegalStateException("error " + CFunction.lastError());
		}
		return 1;
	}

	public int threads(int count) throws InterruptedException {
		CountDownLatch latch = new CountDownLatch(1);
		List<Thread> threads = new ArrayList<>();
		try {
			while (threads.size() < count) {
				Thread thread = new Thread(null, () -> {
					try {
						latch.await();
					}
					catch (InterruptedException ex) {
						// ends
					}
				}, "attempt", 1 << 16);
				thread.setDaemon(true);
				thread.start();
				threads.add(thread);
			}
			return threads.size();
		}
		catch (OutOfMemoryError ex) {
			throw new IllegalStateException("no thread after " + threads.size());
		}
		finally {
			latch.countDown();
			for (Thread thread : threads) {
				thread.join();
			}
		}
	}

	public int descriptors() throws IOException {
		List<FileChannel> all = new ArrayList<>();
		try {
			while (all.size() < 1 << 16) {
				all.add(FileChannel.open(Path.of("/dev/null"), StandardOpenOption.READ));
			}
			return all.size();
		}
		catch (IOException ex) {
			throw new IOException(ex.getMessage() + " after " + all.size());
		}
		finally {
			for (FileChannel each : all) {
				each.close();
			}
		}
	}

	public int loop() {
		int count = 0;
		while (!Thread.currentThread().getName().isEmpty()) {
			count++;
		}
		return count;
	}

	@PrivsepFunction(value = "sandbox", timeout = "2s")
	public int loopForTooLong() {
		return loop();
	}

	public String sleep(long millis) {
		try {
			TimeUnit.MILLISECONDS.sleep(millis);
			return "slept";
		}
		catch (InterruptedException ex) {
			throw new UncheckedIOException(new IOException("interrupted"));
		}
	}

	// As a parser of documents would: threads, garbage, cryptography.
	public Map<String, Integer> work() throws Exception {
		int sum = 0;
		for (int i = 0; i < 2000; i++) {
			byte[] garbage = new byte[1 << 18];
			garbage[i % garbage.length] = 1;
			sum += garbage[i % garbage.length];
		}
		byte[] digest = java.security.MessageDigest.getInstance("SHA-256").digest(new byte[1 << 20]);
		java.security.SecureRandom random = new java.security.SecureRandom();
		random.nextBytes(digest);
		return Map.of("garbage", sum, "digest", digest.length);
	}

	private static final class Memory {

		static final CFunction CALLOC = new CFunction("calloc", CType.POINTER, CType.POINTER, CType.POINTER);

		static final CFunction FREE = new CFunction("free", CType.INT, CType.POINTER);

	}

}
