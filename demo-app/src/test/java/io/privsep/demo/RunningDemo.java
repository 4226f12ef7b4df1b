package io.privsep.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootVersion;

/**
 * The demo as root starts it: from a root-owned copy, in a directory of its own.
 */
public final class RunningDemo implements AutoCloseable {

	/**
	 * Not that of {@code demo.sh}, which may run beside the tests, but in pictures for
	 * the documentation; nor that of tests in another process, whose files are not this
	 * one's.
	 */
	public static final int USER = (System.getProperty("screenshots") != null) ? 61001
			: 62200 + 10 * (int) (ProcessHandle.current().pid() % 330);

	// the next helper is started when it is needed: less to start for each test
	private static final String NO_SPARE = "--privsep.contexts.documents.standby=0";

	/**
	 * For a document that never ends: long enough to run out of memory, also on a busy
	 * machine, but not for each call.
	 */
	static final String SHORT_CALLS = "--privsep.contexts.documents.call-timeout=10s";

	private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	static {
		// where nothing else is said
		Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
	}

	private final Path directory;

	private final Process process;

	private final HttpClient http = HttpClient.newHttpClient();

	private final int port;

	private RunningDemo(Path directory, Process process, int port) {
		this.directory = directory;
		this.process = process;
		this.port = port;
	}

	/**
	 * Copies the demo and starts it.
	 * @param layout how the copy is laid out
	 * @return the demo, ready to answer
	 * @throws Exception if it does not start; nothing is left then
	 */
	static RunningDemo start(Layout layout) throws Exception {
		return start(layout, List.of());
	}

	/**
	 * Copies the demo and starts it, with one helper for all documents of strangers.
	 * @return the demo, ready to answer
	 * @throws Exception if it does not start; nothing is left then
	 */
	static RunningDemo startWithoutRecyclingAndWithShortCalls() throws Exception {
		return start(Layout.EXTRACTED, List.of("--privsep.contexts.documents.recycle.calls=1000", SHORT_CALLS));
	}

	/**
	 * Copies the demo and starts it as an ordinary user, as {@code demo.sh} does, but
	 * with a helper for each two documents.
	 * @param arguments more arguments for it
	 * @return the demo, ready to answer
	 * @throws Exception if it does not start; nothing is left then
	 */
	static RunningDemo startUnprivileged(String... arguments) throws Exception {
		return startUnprivileged(01777, arguments);
	}

	/**
	 * Copies the demo and starts it as an ordinary user, where others could exchange a
	 * copy for its helpers, so that these run from the executable jar.
	 * @return the demo, ready to answer
	 * @throws Exception if it does not start; nothing is left then
	 */
	static RunningDemo startUnprivilegedFromJar() throws Exception {
		return startUnprivileged(0777);
	}

	private static RunningDemo startUnprivileged(int modeOfTmp, String... arguments) throws Exception {
		Path directory = Path.of("/var/lib/privsep-it-" + UUID.randomUUID());
		Process process = null;
		try {
			List<String> command = new ArrayList<>(asUser(USER));
			command.addAll(prepare(directory, Layout.EXECUTABLE_JAR, 0));
			Files.setAttribute(directory.resolve("tmp"), "unix:mode", modeOfTmp);
			command.removeIf((word) -> word.matches("--privsep\\.(drop-root|contexts\\.[a-z]+\\.(user|group)).*"));
			addTo(command, List.of("--privsep.mode=unprivileged", "--privsep.contexts.documents.recycle.calls=2"));
			addTo(command, List.of(arguments));
			process = launch(command, directory);
			return ready(directory, process);
		}
		catch (Exception | AssertionError ex) {
			end(process);
			delete(directory);
			throw ex;
		}
	}

	/**
	 * Copies the demo and starts it, with spare helpers.
	 * @param context the context that has them
	 * @param standby how many
	 * @return the demo, ready to answer
	 * @throws Exception if it does not start; nothing is left then
	 */
	static RunningDemo startWithSpares(DemoContext context, int standby) throws Exception {
		return start(Layout.EXTRACTED, List.of("--privsep.contexts." + context.id() + ".standby=" + standby));
	}

	/**
	 * Copies the demo and starts it.
	 * @param layout how the copy is laid out
	 * @param arguments more arguments for it
	 * @return the demo, ready to answer
	 * @throws Exception if it does not start; nothing is left then
	 */
	static RunningDemo start(Layout layout, List<String> arguments) throws Exception {
		Path directory = Path.of("/var/lib/privsep-it-" + UUID.randomUUID());
		Process process = null;
		try {
			List<String> command = new ArrayList<>(prepare(directory, layout, 0));
			addTo(command, arguments);
			process = launch(command, directory);
			return ready(directory, process);
		}
		catch (Exception | AssertionError ex) {
			end(process);
			delete(directory);
			throw ex;
		}
	}

	/**
	 * Starts the demo from a copy that belongs to the user whom the application will be.
	 * @return what it said
	 * @throws Exception if it does not end
	 */
	public static String failWithCodeOfTheApplication() throws Exception {
		Path directory = Path.of("/var/lib/privsep-it-" + UUID.randomUUID());
		Process process = null;
		try {
			process = launch(prepare(directory, Layout.EXTRACTED, USER), directory);
			if (!process.waitFor(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
				throw new AssertionError("The demo has started; it said:\n" + Files.readString(log(directory)));
			}
			return Files.readString(log(directory));
		}
		finally {
			end(process);
			delete(directory);
		}
	}

	/**
	 * Starts an installed demo as its own user, without any rights.
	 * @param demo the demo
	 * @param arguments more arguments for it
	 * @return the demo, ready to answer
	 * @throws Exception if it does not start
	 */
	public static RunningDemo startInstalled(InstalledDemo demo, String... arguments) throws Exception {
		Path directory = demo.directory().resolve("run");
		Process process = null;
		try {
			process = launchInstalled(demo, demo.jar(), directory, arguments);
			return ready(directory, process);
		}
		catch (Exception | AssertionError ex) {
			end(process);
			delete(directory);
			throw ex;
		}
	}

	/**
	 * Starts an installed demo that is expected not to start.
	 * @param demo the demo
	 * @param arguments more arguments for it
	 * @return what it said
	 * @throws Exception if it does not end
	 */
	public static String failInstalled(InstalledDemo demo, String... arguments) throws Exception {
		return failInstalled(demo, demo.jar(), arguments);
	}

	public static String failInstalled(InstalledDemo demo, Path jar, String... arguments) throws Exception {
		Path directory = demo.directory().resolve("run");
		Process process = null;
		try {
			process = launchInstalled(demo, jar, directory, arguments);
			if (!process.waitFor(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
				throw new AssertionError("The demo has started; it said:\n" + Files.readString(log(directory)));
			}
			return Files.readString(log(directory));
		}
		finally {
			end(process);
			delete(directory);
		}
	}

	private static Process launchInstalled(InstalledDemo demo, Path jar, Path directory, String... arguments)
			throws Exception {
		createDirectory(directory, "rwxr-xr-x", demo.uid());
		List<String> command = new ArrayList<>(asUser(demo.uid()));
		command.addAll(List.of(java(), "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
				"-Djava.io.tmpdir=" + directory, "-jar", jar.toString(), "--server.port=0",
				"--server.tomcat.basedir=" + directory, NO_SPARE));
		command.addAll(longCalls());
		List<String> all = new ArrayList<>(demo.arguments());
		addTo(all, List.of(arguments));
		command.addAll(all);
		return new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log(directory).toFile())
			.start();
	}

	// the last one does not win: there would be a list of values
	private static void addTo(List<String> all, List<String> arguments) {
		for (String argument : arguments) {
			all.removeIf((each) -> each.startsWith(argument.substring(0, argument.indexOf('=') + 1)));
			all.add(argument);
		}
	}

	// on a busy machine the first call of a helper may take longer than the demo allows
	private static List<String> longCalls() {
		List<String> arguments = new ArrayList<>(List.of("--privsep.contexts.documents.call-timeout=2m",
				"--privsep.contexts.documents.queue-timeout=5m"));
		for (DemoContext context : DemoContext.values()) {
			arguments.add("--privsep.contexts." + context.id() + ".call-timeout=2m");
		}
		return arguments;
	}

	private static List<String> asUser(int uid) {
		return List.of("/usr/bin/setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups", "--");
	}

	private static List<String> prepare(Path directory, Layout layout, int owner) throws Exception {
		createDirectory(directory, "rwxr-xr-x", 0);
		createDirectory(directory.resolve("tmp"), "rwxrwxrwx", 0);
		Files.setAttribute(directory.resolve("tmp"), "unix:mode", 01777);
		Path motd = Files.writeString(directory.resolve("motd"), "before");
		Files.setPosixFilePermissions(motd, PosixFilePermissions.fromString("rw-r--r--"));
		Path jar = layout.copy(Path.of(System.getProperty("demo.jar")), directory.resolve("app"));
		makeReadable(directory.resolve("app"));
		Files.setAttribute(jar, "unix:uid", owner);
		List<String> command = new ArrayList<>(List.of(java(), "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-Djava.io.tmpdir=" + directory.resolve("tmp"), "-jar", jar.toString(),
				"--server.port=0", "--privsep.drop-root.user=" + USER, "--privsep.drop-root.group=" + USER,
				"--privsep.contexts.motd.settings.file=" + motd, NO_SPARE));
		for (DemoContext context : DemoContext.values()) {
			command.add("--privsep.contexts." + context.id() + ".user=" + context.user());
			command.add("--privsep.contexts." + context.id() + ".group=" + context.user());
		}
		command.addAll(longCalls());
		return command;
	}

	private static Process launch(List<String> command, Path directory) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log(directory).toFile());
		builder.environment()
			.keySet()
			.removeIf((name) -> name.endsWith("JAVA_OPTIONS") || name.endsWith("_TOOL_OPTIONS"));
		return builder.start();
	}

	public static String java() {
		return Path.of(System.getProperty("java.home"), "bin", "java").toString();
	}

	Path directory() {
		return this.directory;
	}

	public String log() throws IOException {
		return Files.readString(log(this.directory));
	}

	Path motd() {
		return this.directory.resolve("motd");
	}

	long pid() {
		return this.process.pid();
	}

	String origin() {
		return "http://localhost:" + this.port;
	}

	public HttpResponse<String> get(String path) throws Exception {
		return send(request(path).GET());
	}

	public HttpResponse<String> post(String path, String text) throws Exception {
		return send(request(path).header("Content-Type", "text/plain;charset=UTF-8")
			.POST(HttpRequest.BodyPublishers.ofString(text)));
	}

	public HttpResponse<String> put(String path, String text) throws Exception {
		return send(request(path).header("Content-Type", "text/plain;charset=UTF-8")
			.PUT(HttpRequest.BodyPublishers.ofString(text)));
	}

	/**
	 * Looks for a low port that nobody else has.
	 * @param first the port that it tries first; the others are above
	 * @return the port
	 * @throws Exception if there is no answer
	 */
	public int freeLowPort(int first) throws Exception {
		int port = first;
		while (post("/api/ports/" + port + "/probe", "").body().contains("in use")) {
			port++;
		}
		return port;
	}

	/**
	 * Sends a file, as a form of a browser does, where none is expected: it is received
	 * all the same, and then refused.
	 * @return 415 if it could be received
	 * @throws Exception if there is no answer
	 */
	HttpResponse<String> upload() throws Exception {
		String body = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\ncontent\r\n--x--\r\n";
		return send(request("/api/parse").header("Content-Type", "multipart/form-data; boundary=x")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	/**
	 * What it has left in the directory for temporary files. Spring Boot 4.0 leaves the
	 * base directory of Tomcat, of every application; here that is the user's, at least.
	 * @return the files and directories
	 * @throws IOException if they cannot be read
	 */
	List<Path> left() throws IOException {
		List<Path> left = new ArrayList<>();
		try (Stream<Path> paths = Files.list(this.directory.resolve("tmp"))) {
			for (Path path : paths.toList()) {
				boolean isOfBoot = SpringBootVersion.getVersion().startsWith("4.0.")
						&& path.getFileName().toString().startsWith("tomcat.")
						&& Files.getAttribute(path, "unix:uid").equals(USER);
				if (!isOfBoot) {
					left.add(path);
				}
			}
		}
		return left;
	}

	public void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	void stop() throws InterruptedException {
		this.process.destroy();
		if (!this.process.waitFor(2, TimeUnit.MINUTES)) {
			throw new AssertionError("The application does not end");
		}
	}

	@Override
	public void close() throws IOException {
		end(this.process);
		delete(this.directory);
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(origin() + path)).timeout(START_TIMEOUT);
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	// It answers before it says of itself that it is up.
	private static RunningDemo ready(Path directory, Process process) throws Exception {
		RunningDemo demo = new RunningDemo(directory, process, awaitPort(process, log(directory)));
		Awaitility.await()
			.atMost(START_TIMEOUT)
			.until(() -> demo.get("/actuator/health/readiness").statusCode() == 200);
		return demo;
	}

	private static int awaitPort(Process process, Path log) throws Exception {
		long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
		while (System.nanoTime() < deadline) {
			Matcher matcher = PORT.matcher(Files.readString(log));
			if (matcher.find()) {
				return Integer.parseInt(matcher.group(1));
			}
			if (!process.isAlive()) {
				break;
			}
			Thread.sleep(50);
		}
		throw new AssertionError("The demo did not start; it said:\n" + Files.readString(log));
	}

	private static Path log(Path directory) {
		return directory.resolve("log");
	}

	private static void createDirectory(Path directory, String permissions, int owner) throws IOException {
		Files.createDirectory(directory);
		// set afterwards, so that the umask has no say in it
		Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
		Files.setAttribute(directory, "unix:uid", owner);
		Files.setAttribute(directory, "unix:gid", owner);
	}

	private static void makeReadable(Path top) throws IOException {
		try (Stream<Path> paths = Files.walk(top)) {
			for (Path path : paths.toList()) {
				Files.setPosixFilePermissions(path,
						PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--"));
			}
		}
	}

	private static void end(@Nullable Process process) {
		if (process != null) {
			process.destroyForcibly().onExit().join();
		}
	}

	private static void delete(Path directory) throws IOException {
		if (!Files.exists(directory)) {
			return;
		}
		Files.walkFileTree(directory, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Files.delete(file);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException ex) throws IOException {
				Files.delete(dir);
				return FileVisitResult.CONTINUE;
			}

		});
	}

	/**
	 * How the copy is laid out.
	 */
	public enum Layout {

		/** The jars side by side, as the tools mode of Boot extracts them. */
		EXTRACTED {

			@Override
			public Path copy(Path jar, Path destination) throws Exception {
				if (jar.equals(ExtractedDemo.EXECUTABLE)) {
					return ExtractedDemo.get().copy(destination);
				}
				ExtractedDemo.extract(jar, destination);
				return destination.resolve(jar.getFileName());
			}

		},

		/** The executable jar as it was built. */
		EXECUTABLE_JAR {

			@Override
			public Path copy(Path jar, Path destination) throws IOException {
				Files.createDirectory(destination);
				return Files.copy(jar, destination.resolve(jar.getFileName()));
			}

		};

		public abstract Path copy(Path jar, Path destination) throws Exception;

	}

}
