package io.privsep.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.jdi.Bootstrap;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import io.privsep.sample.Faulty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The recipes of "Look into a helper" in {@code docs/operations.md}.
 */
@Tag("full")
class DebugIntegrationTests {

	/** Many times what ends a helper that is not looked into. */
	private static final long HELD_MILLIS = 3000;

	@Test
	void breakpointIsHeldForLongerThanAHeartbeatOrACallMayTake() throws Exception {
		int port = freePort();
		try (FaultyApplication application = FaultyApplication.start("debug=" + port, "ping-interval=100ms",
				"call-timeout=300ms", "cancel-grace=100ms")) {
			long pid = application.functions().pid();
			VirtualMachine helper = attach(port);
			ReferenceType functions = helper.classesByName(Faulty.class.getName()).get(0);
			helper.eventRequestManager()
				.createBreakpointRequest(functions.methodsByName("count").get(0).location())
				.enable();
			CompletableFuture<Integer> call = CompletableFuture.supplyAsync(() -> application.functions().count());
			EventSet held = await(helper);
			// all of its threads are
			assertThat(helper.eventQueue().remove(HELD_MILLIS)).isNull();
			assertThat(call).isNotDone();
			held.resume();
			assertThat(call.get()).isEqualTo(1);
			helper.dispose();
			assertThat(application.functions().pid()).isEqualTo(pid);
			assertThat(application.status().restarts()).isZero();
		}
	}

	@Test
	void jcmdTakesThreadsHeapAndRecordings(@TempDir Path directory) throws Exception {
		try (FaultyApplication application = FaultyApplication.start("debug=" + freePort())) {
			long pid = application.functions().pid();
			assertThat(jcmd(pid, "Thread.print")).contains("\"privsep-faulty-1\"");
			Path heap = directory.resolve("helper.hprof");
			jcmd(pid, "GC.heap_dump", heap.toString());
			assertThat(Files.readAllBytes(heap)).startsWith("JAVA PROFILE".getBytes());
			jcmd(pid, "JFR.start");
			Path recording = directory.resolve("helper.jfr");
			jcmd(pid, "JFR.dump", "filename=" + recording);
			assertThat(Files.readAllBytes(recording)).startsWith('F', 'L', 'R', 0);
			assertThat(application.functions().pid()).isEqualTo(pid);
		}
	}

	@Test
	void withoutDebugNobodyAttachesAndSigquitPutsTheThreadsIntoTheLog() throws Exception {
		Logger logger = (Logger) LoggerFactory.getLogger("io.privsep.helper.faulty");
		ListAppender<ILoggingEvent> events = new ListAppender<>();
		events.list = new CopyOnWriteArrayList<>();
		events.start();
		try (FaultyApplication application = FaultyApplication.start()) {
			logger.addAppender(events);
			long pid = application.functions().pid();
			assertThat(run(List.of(jcmd(), Long.toString(pid), "Thread.print"))).doesNotContain("privsep-faulty-1");
			assertThat(run(List.of("kill", "-QUIT", Long.toString(pid)))).isEmpty();
			Awaitility.await()
				.until(() -> List.copyOf(events.list)
					.stream()
					.anyMatch((event) -> event.getFormattedMessage().startsWith("\"privsep-faulty-1\"")));
			assertThat(application.functions().pid()).isEqualTo(pid);
		}
		finally {
			logger.detachAppender(events);
		}
	}

	private static EventSet await(VirtualMachine helper) throws InterruptedException {
		while (true) {
			EventSet events = helper.eventQueue().remove();
			for (Event event : events) {
				if (event instanceof BreakpointEvent) {
					return events;
				}
			}
			events.resume();
		}
	}

	private static VirtualMachine attach(int port) throws Exception {
		AttachingConnector connector = Bootstrap.virtualMachineManager()
			.attachingConnectors()
			.stream()
			.filter((each) -> each.name().equals("com.sun.jdi.SocketAttach"))
			.findFirst()
			.orElseThrow();
		Map<String, Connector.Argument> arguments = connector.defaultArguments();
		arguments.get("hostname").setValue("127.0.0.1");
		arguments.get("port").setValue(Integer.toString(port));
		return connector.attach(arguments);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private static String jcmd() {
		return Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
	}

	private static String jcmd(long pid, String... command) throws Exception {
		String output = run(List.of(jcmd(), Long.toString(pid), String.join(" ", command)));
		assertThat(output).doesNotContain("Exception");
		return output;
	}

	private static String run(List<String> words) throws Exception {
		Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes());
		process.waitFor();
		return output;
	}

}
