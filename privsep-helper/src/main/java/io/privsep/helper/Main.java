package io.privsep.helper;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.privsep.definition.ExitStatus;
import io.privsep.definition.HelperDefinition;
import io.privsep.helper.audit.Audit;
import io.privsep.helper.check.ContextFile;
import io.privsep.helper.check.InheritedConnection;
import io.privsep.helper.check.ProcessFacts;
import io.privsep.helper.check.RefusalException;
import io.privsep.helper.check.SelfCheck;
import io.privsep.helper.check.StartedPrograms;
import io.privsep.helper.log.LogThreshold;
import io.privsep.helper.seccomp.SystemCallFilter;
import io.privsep.wire.FrameReader;
import io.privsep.wire.LogLine;
import io.privsep.wire.MalformedFrameException;
import io.privsep.wire.Protocol;

/**
 * Starts a helper process, and ends it when the connection ends.
 */
public final class Main implements Runnable {

	private static final long STDERR_MILLIS = 2000;

	/** The JDK's own number is one less than that of the processors. */
	private static final String COMMON_POOL = "java.util.concurrent.ForkJoinPool.common.parallelism";

	private final List<String> reasons = new ArrayList<>();

	private Audit audit = Audit.OFF;

	private Main() {
	}

	/**
	 * Runs the helper on the connection that is its standard input.
	 * @param args one word: the absolute path of the context file, which has the
	 * definition; or {@code -} where it is the first frame on the connection, from the
	 * process that started the helper and gave it its rights
	 */
	public static void main(String[] args) {
		Main main = new Main();
		int status = main.run(args);
		// whoever reads standard error, or has the files of the audit, may not hold this
		// up
		Thread speaker = new Thread(main, "privsep-stderr");
		speaker.setDaemon(true);
		speaker.start();
		// neither a program that a function has started, nor, as this halts instead of
		// exiting, a shutdown hook or a thread may keep these rights alive
		StartedPrograms.end();
		try {
			speaker.join(STDERR_MILLIS);
		}
		catch (InterruptedException ex) {
			// it has had its time
		}
		Runtime.getRuntime().halt(status);
	}

	/** Writes to standard error why it ends. */
	@Override
	public void run() {
		this.audit.close();
		for (String text : this.reasons) {
			System.err.println(text);
		}
	}

	private int run(String[] args) {
		if (args.length != 1 || !(args[0].equals("-") || args[0].startsWith("/"))) {
			this.reasons
				.add("privsep: the helper is started by the application, with '-' or the path of its context file");
			return ExitStatus.USAGE;
		}
		try {
			serve(args[0]);
			return ExitStatus.OK;
		}
		catch (EOFException ex) {
			return ExitStatus.OK;
		}
		catch (RefusalException ex) {
			for (String sentence : ex.sentences()) {
				this.reasons.add(LogLine.printable(sentence));
			}
			return ExitStatus.CONFIG;
		}
		catch (MalformedFrameException ex) {
			this.reasons.add(LogLine.printable("privsep: " + ex.getMessage()));
			return ExitStatus.PROTOCOL;
		}
		catch (InvocationTargetException ex) {
			// thrown by a constructor, or a method with @PostConstruct
			Throwable cause = ex.getCause();
			this.reasons.add(stackTrace((cause != null) ? cause : ex));
			return ExitStatus.SOFTWARE;
		}
		catch (Throwable ex) {
			this.reasons.add(stackTrace(ex));
			return ExitStatus.SOFTWARE;
		}
	}

	private static String stackTrace(Throwable ex) {
		StringWriter text = new StringWriter();
		ex.printStackTrace(new PrintWriter(text));
		return text.toString().stripTrailing();
	}

	private void serve(String source) throws Exception {
		PrintStream standardError = System.err;
		SocketChannel connection = InheritedConnection.take();
		// the functions must not find the connection
		System.setIn(InputStream.nullInputStream());
		FrameReader reader = new FrameReader(connection, HelperDefinition.MAX_LENGTH);
		HelperDefinition definition = source.equals("-") ? HelperDefinition.read(Objects.requireNonNull(reader.next()))
				: ContextFile.read(Path.of(source));
		InheritedConnection.checkPeer(connection, definition);
		ReplyWriter replies = new ReplyWriter(connection);
		if (definition.installation() != null && definition.installation().logsToConnection()) {
			ConnectionLog.install(replies);
		}
		SelfCheck.run(definition);
		loadFilter(definition);
		LogThreshold.set(definition.logging().level());
		if (System.getProperty(COMMON_POOL) == null) {
			System.setProperty(COMMON_POOL, Integer.toString(definition.calls().maxConcurrency()));
		}
		ClassLoader classLoader = Main.class.getClassLoader();
		Thread.currentThread().setContextClassLoader(classLoader);
		bridgeLog4j();
		PrivilegedBeans beans = PrivilegedBeans.of(definition, classLoader);
		reader.setMaxLength(Protocol.maxFrameLength(definition.calls().maxMessageSize()));
		this.audit = Audit.open(definition, standardError);
		new Server(replies, reader, beans, definition, classLoader, this.audit).serve();
	}

	// before there is code of the functions, also that of their classes' initialization
	private static void loadFilter(HelperDefinition definition) throws RefusalException, IOException {
		// elsewhere there are no rights and no sandbox either
		if (definition.confinement().isFiltered()
				&& (ProcessFacts.isLinux() || definition.confinement().sandbox() != null)) {
			try {
				SystemCallFilter.load(definition);
			}
			catch (UnsupportedOperationException ex) {
				throw new RefusalException("Context '" + definition.context()
						+ "': the seccomp filter cannot be loaded: " + ex.getMessage() + "; refusing to serve");
			}
			SelfCheck.runFiltered(definition);
		}
	}

	// The command that starts the helper keeps Log4j's API from Log4j itself. Its bridge
	// leads to SLF4J.
	private static void bridgeLog4j() throws IOException {
		String bridge = "org.apache.logging.slf4j.SLF4JLoggerContextFactory";
		// Not by its class, which would be loaded, with others of Log4j; not by the class
		// loader either, which would look into all modules of the JDK first.
		try (InputStream file = Main.class.getModule().getResourceAsStream(bridge.replace('.', '/') + ".class")) {
			if (file != null) {
				System.setProperty("log4j2.loggerContextFactory", bridge);
			}
		}
	}

}
