package io.privsep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.condition.OS;

import io.privsep.command.JavaCommand;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.DefinitionFrame;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.launch.ChildHelper;
import io.privsep.launch.DirectLauncher;
import io.privsep.launch.HelperProcess;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;
import io.privsep.rights.ThreadRights;
import io.privsep.value.ValueWriter;
import io.privsep.wire.Frame;
import io.privsep.wire.FrameReader;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;
import io.privsep.wire.Request;

/**
 * A helper that notes which classes it loads.
 */
final class NotedHelper implements AutoCloseable {

	private static final int MAX_LENGTH = 1 << 16;

	private static final Pattern OURS = Pattern.compile("(io\\.privsep\\.[\\w.$]+) source: (file|jar):");

	/** So that the helper has rights to look at, and can read whatever this test can. */
	private static final @Nullable Rights RIGHTS = (OS.LINUX.isCurrentOs()
			&& "root".equals(System.getProperty("user.name")))
					? new Rights(0, 0, List.of(), Capabilities.of(List.of(Capability.DAC_OVERRIDE))) : null;

	private final Class<?> functions;

	private final Path log;

	private final HelperProcess process;

	private final FrameReader reader;

	private final FrameWriter writer = new FrameWriter(MAX_LENGTH);

	/**
	 * Starts one.
	 * @param directory for its notes
	 * @param functions the class of its bean
	 * @param libraries what else is on its class path, as a regular expression
	 * @param audit where its calls are audited
	 * @param seccomp whether system calls are refused
	 * @throws IOException if it does not start
	 */
	NotedHelper(Path directory, Class<?> functions, String libraries, AuditPlace audit, boolean seccomp)
			throws IOException {
		this.functions = functions;
		this.log = Files.createTempFile(directory, "classes", ".log");
		HelperDefinition definition = new HelperDefinition("net",
				new HelperDefinition.Code(List.of(functions.getName()), null), RIGHTS, ownUid(),
				new HelperDefinition.Calls(2, 4096, 1000), new HelperDefinition.Logging("INFO", audit),
				new HelperDefinition.Confinement(0, seccomp, null), null);
		JavaCommand all = JavaCommand.ofThisApplication(64 << 20, List.of("-Xlog:class+load:file=" + this.log));
		Pattern needed = Pattern.compile("privsep-(core|helper)/|privsep-(core|helper)-[^/]*\\.jar|slf4j-api|"
				+ "integration-tests/target/test-classes" + (libraries.isEmpty() ? "" : "|" + libraries));
		JavaCommand java = all
			.withClassPath(all.classPath().stream().filter((path) -> needed.matcher(path + "/").find()).toList());
		this.process = ChildHelper.start("net",
				DirectLauncher.chain(java, RIGHTS, definition.confinement(), Map.of(), 0).command(), Map.of(),
				DefinitionFrame.write(definition));
		this.reader = new FrameReader(this.process.connection(), MAX_LENGTH);
	}

	/**
	 * Asks for a heartbeat: what was asked before is loaded then.
	 * @return this
	 * @throws IOException if it has ended
	 */
	NotedHelper ping() throws IOException {
		send(new Request.Ping().write(this.writer));
		return this;
	}

	/**
	 * Calls a function with texts, which is not waited for.
	 * @param name name of the function
	 * @return this
	 * @throws IOException if it has ended
	 */
	NotedHelper call(String name) throws IOException {
		PrivilegedFunction function = FunctionTable.of("net", List.of(this.functions))
			.functions()
			.stream()
			.filter((each) -> each.method().getName().equals(name))
			.findFirst()
			.orElseThrow();
		Object[] arguments = Stream.generate(() -> (Object) "text").limit(function.parameters().size()).toArray();
		send(Request.Call.write(this.writer, 1, function.number(),
				(out) -> ValueWriter.write(function.parameters(), arguments, out, 100)));
		return this;
	}

	NotedHelper send(Frame request) throws IOException {
		this.process.connection().write(request.toBytes());
		return this;
	}

	/**
	 * Waits for a reply.
	 * @param type its type
	 * @return this
	 * @throws IOException if it has ended
	 */
	NotedHelper await(Class<? extends Reply> type) throws IOException {
		Reply reply = Reply.read(Objects.requireNonNull(this.reader.next()));
		if (!type.isInstance(reply)) {
			throw new IllegalStateException("Expected " + type + ", got " + reply);
		}
		return this;
	}

	/**
	 * What it has loaded.
	 * @return a line for each class
	 * @throws IOException if it cannot be read
	 */
	List<String> loaded() throws IOException {
		return Files.readAllLines(this.log).stream().filter((line) -> line.contains(" source: ")).toList();
	}

	/**
	 * What it has loaded of ours.
	 * @return the names of the classes
	 * @throws IOException if it cannot be read
	 */
	Set<String> ours() throws IOException {
		return ours(loaded());
	}

	static Set<String> ours(List<String> loaded) {
		Set<String> ours = new HashSet<>();
		for (String line : loaded) {
			Matcher matcher = OURS.matcher(line);
			if (matcher.find() && !matcher.group(1).startsWith(HelperSizeTests.class.getName())) {
				ours.add(matcher.group(1));
			}
		}
		return ours;
	}

	@Override
	public void close() {
		this.process.end();
	}

	private static int ownUid() throws IOException {
		return OS.LINUX.isCurrentOs() ? ThreadRights.ofThisProcess().uids().get(1) : -1;
	}

}
