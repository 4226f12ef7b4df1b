package io.privsep.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A subject's process, which answers commands, and the processes behind it.
 */
final class RunningSubject implements AutoCloseable {

	private static final Duration START = Duration.ofSeconds(60);

	private static final ObjectMapper MAPPER = new ObjectMapper();

	private final SubjectType type;

	private final Process process;

	private final BufferedReader answers;

	private final Writer commands;

	private final List<Long> others = new ArrayList<>();

	private RunningSubject(SubjectType type, Process process) {
		this.type = type;
		this.process = process;
		this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
		this.commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
	}

	static RunningSubject start(SubjectType type, List<String> words, Path log) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(words)
			.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
		builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
		return new RunningSubject(type, builder.start());
	}

	SubjectType type() {
		return this.type;
	}

	/**
	 * Waits until it is ready.
	 * @return what it says
	 * @throws IOException if it does not become ready
	 */
	JsonNode awaitReady() throws IOException {
		JsonNode ready = read(START);
		takePids(ready);
		return ready;
	}

	private void takePids(JsonNode answer) {
		if (answer.has("pids")) {
			this.others.clear();
			answer.get("pids").forEach((pid) -> this.others.add(pid.asLong()));
		}
	}

	/**
	 * Has it do something.
	 * @param command the command
	 * @param limit the longest time to wait for the answer
	 * @return the answer
	 * @throws IOException if there is none
	 */
	JsonNode ask(String command, Duration limit) throws IOException {
		this.commands.write(command + "\n");
		this.commands.flush();
		JsonNode answer = read(limit);
		takePids(answer);
		return answer;
	}

	private JsonNode read(Duration limit) throws IOException {
		CompletableFuture<@Nullable String> line = CompletableFuture.supplyAsync(() -> {
			try {
				return this.answers.readLine();
			}
			catch (IOException ex) {
				return null;
			}
		});
		try {
			String text = line.get(limit.toMillis(), TimeUnit.MILLISECONDS);
			if (text == null) {
				throw new IOException("'" + this.type + "' ended");
			}
			return MAPPER.readTree(text);
		}
		catch (TimeoutException ex) {
			this.process.destroyForcibly();
			throw new IOException("'" + this.type + "' did not answer within " + limit.toSeconds() + " s", ex);
		}
		catch (ExecutionException | InterruptedException ex) {
			throw new IOException("'" + this.type + "' cannot be read", ex);
		}
	}

	/**
	 * Says where all its threads may run, and those of the processes behind it.
	 * @param cpus a list of CPUs, as of taskset(1)
	 * @throws IOException if taskset cannot be run
	 */
	void pin(String cpus) throws IOException {
		List<Long> pids = new ArrayList<>(this.others);
		pids.add(this.process.pid());
		for (Long pid : pids) {
			Commands.run("taskset", "-a", "-p", "-c", cpus, pid.toString());
		}
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	@Override
	public void close() {
		try {
			this.commands.close();
		}
		catch (IOException ex) {
			// it has ended by itself
		}
		this.process.onExit().completeOnTimeout(this.process, 5, TimeUnit.SECONDS).join();
		this.process.destroyForcibly();
	}

}
