package io.privsep.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

import org.awaitility.Awaitility;

import io.privsep.demo.RunningDemo;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Tomcat of its own, as it is downloaded, with the demo in it as a WAR.
 *
 * @param process its process
 */
record TomcatServer(DemoProcess process) implements AutoCloseable {

	private static final Pattern PORT = Pattern.compile("Starting ProtocolHandler \\[\"http-nio-[^\"]*-(\\d+)\"\\]");

	// its superclass is on no class path here
	private static final String INITIALIZER = "io/privsep/demo/DemoWar.class";

	private static final String SERVER = """
			<Server port="-1">
				<Service name="Catalina">
					<Connector port="0" address="127.0.0.1"/>
					<Engine name="Catalina" defaultHost="localhost">
						<Host name="localhost" appBase="webapps" autoDeploy="false"/>
					</Engine>
				</Service>
			</Server>
			""";

	/**
	 * Starts it as an ordinary user, and waits until it has tried to start the demo.
	 * @param directory where a directory for its files is made
	 * @param demo the demo's executable jar
	 * @return the server
	 * @throws IOException if it cannot be started
	 */
	static TomcatServer start(Path directory, Path demo) throws IOException {
		Path home = copy(directory);
		Path base = Files.createDirectory(directory.resolve("tomcat"));
		for (String name : List.of("conf", "webapps", "temp", "work", "logs")) {
			Path made = Files.createDirectory(base.resolve(name));
			Files.setAttribute(made, "unix:uid", DemoProcess.USER);
		}
		Files.writeString(base.resolve("conf/server.xml"), SERVER);
		Files.copy(home.resolve("conf/web.xml"), base.resolve("conf/web.xml"));
		writeWar(demo, base.resolve("webapps/demo.war"));
		List<String> words = new ArrayList<>(List.of("-cp",
				home.resolve("bin/bootstrap.jar") + ":" + home.resolve("bin/tomcat-juli.jar"),
				"-Dcatalina.home=" + home, "-Dcatalina.base=" + base, "-Djava.io.tmpdir=" + base.resolve("temp"),
				// says which port it has
				"-Dlogging.level.org.apache.coyote.http11.Http11NioProtocol=info", "-Dprivsep.mode=unprivileged",
				"-Dprivsep.contexts.documents.standby=0",
				// on a busy machine the first call of a helper may take longer than the
				// demo allows
				"-Dprivsep.contexts.documents.call-timeout=1m", "-Dprivsep.contexts.nobody.call-timeout=1m",
				"org.apache.catalina.startup.Bootstrap", "start"));
		TomcatServer server = new TomcatServer(DemoProcess.start(directory, words));
		try {
			Awaitility.await()
				.atMost(5, TimeUnit.MINUTES)
				.until(() -> !server.process.process().isAlive() || server.text().contains("Server startup in"));
			return server;
		}
		catch (Throwable ex) {
			server.close();
			throw ex;
		}
	}

	// its archive lets nobody else read it
	private static Path copy(Path directory) throws IOException {
		Path copy = directory.resolve("tomcat-home");
		Path home;
		try (var found = Files.newDirectoryStream(Path.of("target", "tomcat"))) {
			home = found.iterator().next();
		}
		try (Stream<Path> files = Files.walk(home)) {
			for (Path file : files.toList()) {
				Path target = Files.copy(file, copy.resolve(home.relativize(file)));
				Files.setPosixFilePermissions(target,
						PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
			}
		}
		return copy;
	}

	// As the plugin of Spring Boot makes one, but without the web server that it brings.
	private static void writeWar(Path demo, Path war) throws IOException {
		try (ZipFile jar = new ZipFile(demo.toFile()); ZipOutputStream out = out(war)) {
			for (Enumeration<? extends ZipEntry> entries = jar.entries(); entries.hasMoreElements();) {
				ZipEntry entry = entries.nextElement();
				String name = entry.getName();
				if (name.startsWith("BOOT-INF/") && !entry.isDirectory() && !name.contains("tomcat")) {
					write(out, name.replaceFirst("^BOOT-INF", "WEB-INF"), jar.getInputStream(entry));
				}
			}
			write(out, "WEB-INF/classes/" + INITIALIZER,
					Objects.requireNonNull(RunningDemo.class.getClassLoader().getResourceAsStream(INITIALIZER)));
		}
	}

	private static ZipOutputStream out(Path war) throws IOException {
		OutputStream file = Files.newOutputStream(war);
		ZipOutputStream out = new ZipOutputStream(file);
		out.setLevel(Deflater.NO_COMPRESSION);
		return out;
	}

	private static void write(ZipOutputStream out, String name, InputStream content) throws IOException {
		try (content) {
			out.putNextEntry(new ZipEntry(name));
			content.transferTo(out);
			out.closeEntry();
		}
	}

	String text() throws IOException {
		return this.process.text();
	}

	String post(String path, String text) throws Exception {
		Matcher port = PORT.matcher(text());
		assertThat(port.find()).as(text()).isTrue();
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.group(1) + "/demo" + path))
			.timeout(Duration.ofMinutes(1))
			.header("Content-Type", "text/plain")
			.POST(HttpRequest.BodyPublishers.ofString(text))
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
	}

	@Override
	public void close() {
		this.process.close();
	}

}
