package io.privsep.benchmarks.application;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.privsep.benchmarks.load.Payload;
import io.privsep.benchmarks.load.Subject;
import io.privsep.benchmarks.load.TenFields;
import io.privsep.channel.Channel;
import io.privsep.channel.Channels;

/**
 * Calls of proxied beans.
 */
final class PrivsepSubject implements Subject {

	private final TextFunctions text;

	private final RecordFunctions records;

	private final @Nullable ConstrainedFunctions constrained;

	private final Channels channels;

	PrivsepSubject(TextFunctions text, RecordFunctions records, @Nullable ConstrainedFunctions constrained,
			Channels channels) {
		this.text = text;
		this.records = records;
		this.constrained = constrained;
		this.channels = channels;
	}

	@Override
	public List<Long> pids() {
		return List.of(pid(this.channels.get("text")), pid(this.channels.get("records")));
	}

	private static long pid(Channel channel) {
		return Objects.requireNonNull(channel.status().pid(), "There is no helper");
	}

	@Override
	public Call call(Payload payload, int caller) {
		Object value = payload.value();
		return switch (payload) {
			case TEXT -> () -> check(this.text.echo((String) value).equals(value));
			case RECORD -> () -> check(this.records.echo((TenFields) value).id() == 1);
			case LIST -> {
				@SuppressWarnings("unchecked")
				List<TenFields> fields = (List<TenFields>) value;
				yield () -> check(this.records.echoAll(fields).size() == fields.size());
			}
			case EXCEPTION -> () -> check(throwsTheException((String) value));
			default -> () -> check(this.text.echoBytes((byte[]) value).length == payload.bytes());
		};
	}

	private boolean throwsTheException(String message) {
		try {
			this.text.fail(message);
			return false;
		}
		catch (IllegalStateException ex) {
			return message.equals(ex.getMessage());
		}
	}

	private static void check(boolean expected) {
		if (!expected) {
			throw new AssertionError("That is not what was sent");
		}
	}

	@Override
	public @Nullable String answer(String[] words) throws Exception {
		return switch (words[0]) {
			case "start" -> start(words[1]);
			case "memory" -> memory(words[1]);
			default -> null;
		};
	}

	/**
	 * Starts one more helper of a context, and ends it.
	 * @param context the context
	 * @return from the start of its process until it is ready, in ms
	 */
	private String start(String context) throws Exception {
		Channel another = new Channel(this.channels.get(context).settings());
		try {
			long before = System.nanoTime();
			another.start();
			another.awaitFirstStart();
			return String.format(Locale.ROOT, "{\"start\":%.3f}", (System.nanoTime() - before) / 1e6);
		}
		finally {
			another.close();
		}
	}

	private String memory(String context) throws IOException {
		Call call = switch (context) {
			case "text" -> call(Payload.TEXT, 0);
			case "constrained" -> {
				Object value = Payload.TEXT.value();
				yield () -> check(Objects.requireNonNull(this.constrained).echo((String) value).equals(value));
			}
			default -> call(Payload.RECORD, 0);
		};
		for (int i = 0; i < 1000; i++) {
			try {
				call.run();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}
		StringBuilder memory = new StringBuilder("{");
		for (String line : Files
			.readAllLines(Path.of("/proc", Long.toString(pid(this.channels.get(context))), "smaps_rollup"))) {
			if (line.startsWith("Rss:") || line.startsWith("Pss:")) {
				double mebibytes = Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
				memory.append((memory.length() > 1) ? "," : "")
					.append(String.format(Locale.ROOT, "\"%s\":%.2f", line.substring(0, 3).toLowerCase(Locale.ROOT),
							mebibytes));
			}
		}
		return memory.append('}').toString();
	}

}
