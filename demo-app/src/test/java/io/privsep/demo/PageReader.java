package io.privsep.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

import io.privsep.demo.Page.Command;
import io.privsep.demo.Page.Gradle;
import io.privsep.demo.Page.Interrupt;
import io.privsep.demo.Page.Paste;
import io.privsep.demo.Page.Shown;
import io.privsep.demo.Page.Step;
import io.privsep.demo.Page.Terminal;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A reader who does what a page says, and nothing else.
 */
public final class PageReader implements AutoCloseable {

	/** For hangs alone; a build on a busy machine takes minutes. */
	private static final Duration LIMIT = Duration.ofMinutes(15);

	private static final String HERE = ".directory";

	private final Path home;

	private final Path project;

	private final Path clone;

	private final String mavenOptions;

	private final int port;

	/** Where the first terminal is. */
	private Path directory;

	private Process first;

	private Path firstLog;

	/** What all commands have said, in order. */
	private final List<Path> logs = new ArrayList<>();

	/** How many of these the page had already told what to see in. */
	private int compared;

	/**
	 * Makes a reader.
	 * @param home a directory of the reader's
	 * @param project the directory with the project, in which the reader begins
	 * @param clone a clone of privsep
	 * @param mavenOptions {@code MAVEN_OPTS} of the reader's shells
	 * @param port where the application of the project serves, instead of 8080, which may
	 * be in use here
	 */
	public PageReader(Path home, Path project, Path clone, String mavenOptions, int port) {
		this.home = home;
		this.project = project;
		this.clone = clone;
		this.mavenOptions = mavenOptions;
		this.port = port;
		this.directory = project;
	}

	public void follow(Page page) throws Exception {
		List<Step> steps = page.steps();
		for (int i = 0; i < steps.size(); i++) {
			if (steps.get(i) instanceof Command command) {
				run(command, staysInTheForeground(steps, i));
			}
			else if (steps.get(i) instanceof Paste paste) {
				paste(paste);
			}
			else if (steps.get(i) instanceof Shown shown) {
				assertThat(said(this.compared)).as(shown.place()).contains(shown.lines());
				this.compared = this.logs.size();
			}
			else if (steps.get(i) instanceof Interrupt) {
				// of the terminal, to all of what runs in it
				run("kill -INT -- -" + this.first.pid(), this.home, "Ctrl-C");
				awaitEnd(this.first, "what Ctrl-C ends");
			}
			else {
				assertThat(steps.get(i)).isInstanceOf(Gradle.class);
			}
		}
		assertThat(this.first.isAlive()).as("a command in the first terminal").isFalse();
	}

	/**
	 * Tells what was seen so far.
	 * @return all output of all commands
	 * @throws IOException if it cannot be read
	 */
	public String said() throws IOException {
		return said(0);
	}

	private String said(int from) throws IOException {
		StringBuilder said = new StringBuilder();
		for (Path log : this.logs.subList(from, this.logs.size())) {
			said.append(Files.readString(log)).append('\n');
		}
		return said.toString();
	}

	// What follows in another terminal is to be done while it runs.
	private static boolean staysInTheForeground(List<Step> steps, int index) {
		return steps.stream()
			.skip(index + 1)
			.filter(Command.class::isInstance)
			.map(Command.class::cast)
			.findFirst()
			.map((next) -> next.terminal() == Terminal.ANOTHER)
			.orElse(false) && ((Command) steps.get(index)).terminal() == Terminal.FIRST;
	}

	private void run(Command command, boolean foreground) throws Exception {
		String commands = command.commands().replace("localhost:8080", "localhost:" + this.port);
		if (command.terminal() == Terminal.CLONE) {
			run(commands, this.clone, command.place());
		}
		else if (command.terminal() == Terminal.ANOTHER) {
			if (!command.ready().isEmpty()) {
				awaitOutput(command.ready());
			}
			run(commands, this.project, command.place());
		}
		else {
			if (this.first != null) {
				awaitEnd(this.first, command.place() + ": what runs in the first terminal before this");
			}
			this.firstLog = newLog();
			if (foreground) {
				this.first = start(commands, this.directory, this.firstLog);
				return;
			}
			this.first = start(commands + "\npwd > '" + this.home.resolve(HERE) + "'", this.directory, this.firstLog);
			requireSuccess(this.first, this.firstLog, command.place());
			this.directory = Path.of(Files.readString(this.home.resolve(HERE)).strip());
		}
	}

	private void run(String commands, Path in, String place) throws Exception {
		Path log = newLog();
		Process shell = start(commands, in, log);
		try {
			requireSuccess(shell, log, place);
		}
		finally {
			end(shell);
		}
	}

	private Process start(String commands, Path in, Path log) throws IOException {
		System.out.println("$ " + commands.strip());
		// as in a terminal: a session of its own, and no signal is ignored
		ProcessBuilder builder = new ProcessBuilder("setsid", "env", "--default-signal", "bash", "-euc", commands)
			.directory(in.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile());
		builder.environment().put("MAVEN_OPTS", this.mavenOptions);
		Process shell = builder.start();
		shell.getOutputStream().close();
		return shell;
	}

	private static void requireSuccess(Process shell, Path log, String place) throws Exception {
		awaitEnd(shell, place);
		assertThat(shell.exitValue()).as(place + ": " + Files.readString(log)).isZero();
	}

	private static void awaitEnd(Process process, String what) throws InterruptedException {
		assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as(what + " ends").isTrue();
	}

	private void awaitOutput(String text) throws IOException {
		Awaitility.await()
			.atMost(LIMIT)
			.until(() -> !this.first.isAlive() || Files.readString(this.firstLog).contains(text));
		assertThat(Files.readString(this.firstLog)).contains(text);
	}

	private Path newLog() throws IOException {
		this.logs.add(Files.createTempFile(this.home, "log", ""));
		return this.logs.get(this.logs.size() - 1);
	}

	private void paste(Paste paste) throws IOException {
		Path file = this.project.resolve(paste.file());
		String text = paste.block();
		if (paste.atEnd()) {
			text = Files.readString(file) + text;
		}
		else if (!paste.before().isEmpty()) {
			String old = Files.readString(file);
			assertThat(old).as(paste.place()).containsOnlyOnce(paste.before());
			int line = old.lastIndexOf('\n', old.indexOf(paste.before())) + 1;
			text = old.substring(0, line) + text + old.substring(line);
		}
		Files.createDirectories(file.getParent());
		Files.writeString(file, text);
	}

	private static void end(Process process) {
		List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
		all.add(process.toHandle());
		all.forEach(ProcessHandle::destroy);
		all.forEach((each) -> each.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join());
	}

	@Override
	public void close() {
		if (this.first != null) {
			end(this.first);
		}
	}

}
