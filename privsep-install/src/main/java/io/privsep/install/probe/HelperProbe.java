package io.privsep.install.probe;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Timer;
import java.util.TimerTask;

import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.launch.HelperProcess;
import io.privsep.launch.SystemdLauncher;
import io.privsep.launch.WrapperLauncher;
import io.privsep.wire.FrameReader;
import io.privsep.wire.Protocol;
import io.privsep.wire.Reply;

/**
 * Starts installed helpers, waits until each is ready, and ends it. It is run as the
 * application's user: whether sudo or systemd starts anything for that user, only an
 * attempt tells.
 */
public final class HelperProbe {

	/** How the line of a helper begins that became ready; its context follows. */
	public static final String READY = "privsep-ready ";

	/** How the line of another one begins; its context and the reason follow. */
	public static final String FAILED = "privsep-failed ";

	private static final Duration MAX_START = Duration.ofMinutes(1);

	/** Of the frame with which a helper says that it is ready. */
	private static final int MAX_LENGTH = Protocol.maxFrameLength(HelperDefinition.MAX_LENGTH);

	private HelperProbe() {
	}

	/**
	 * Starts helpers, one after the other.
	 * @param args the launcher, then for each context its name and the path of its
	 * wrapper or socket
	 */
	public static void main(String[] args) {
		for (int i = 1; i < args.length; i += 2) {
			System.out.println(probe(args[0], args[i], Path.of(args[i + 1])));
		}
		// whatever has not ended
		Runtime.getRuntime().halt(0);
	}

	private static String probe(String launcher, String context, Path path) {
		try {
			HelperProcess helper = launch(launcher, path, definition(context));
			try {
				return READY + read(helper).context();
			}
			catch (IOException ex) {
				String end = helper.end().text();
				List<String> stderrTail = helper.stderrTail();
				return FAILED + context + " " + (stderrTail.isEmpty() ? ex.getMessage() : String.join("; ", stderrTail))
						+ " (" + end + ")";
			}
			finally {
				helper.end();
			}
		}
		catch (IOException | RuntimeException ex) {
			return FAILED + context + " " + ex;
		}
	}

	private static Reply.Ready read(HelperProcess helper) throws IOException {
		Timer timer = new Timer(true);
		timer.schedule(new TimerTask() {

			@Override
			public void run() {
				helper.end();
			}

		}, MAX_START.toMillis());
		try {
			FrameReader reader = new FrameReader(helper.connection(), MAX_LENGTH);
			while (true) {
				Reply reply = Reply.read(Objects.requireNonNull(reader.next()));
				if (reply instanceof Reply.Ready ready) {
					return ready;
				}
				if (reply instanceof Reply.Logged logged) {
					helper.log(logged.line());
				}
			}
		}
		finally {
			timer.cancel();
		}
	}

	private static HelperProcess launch(String launcher, Path path, HelperDefinition definition) throws IOException {
		return launcher.equals("sudo") ? WrapperLauncher.sudo(path, List.of()).launch(definition)
				: new SystemdLauncher(path, List.of()).launch(definition);
	}

	// the helper has its own; this says whose loggers it may name
	private static HelperDefinition definition(String context) {
		return new HelperDefinition(context, new HelperDefinition.Code(List.of(), null), null, -1,
				new HelperDefinition.Calls(1, 1, 1), new HelperDefinition.Logging("OFF", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null);
	}

}
