package io.privsep.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of the documentation, as what its reader is to do, in this order.
 * <p>
 * The text before a block says what the block is for, in words for people: which file it
 * is or goes into, in which terminal a command is given, and when. A block that does not
 * say so is an error.
 *
 * @param steps what to do
 */
public record Page(List<Step> steps) {

	private static final Pattern FILE = Pattern
		.compile("(?:In |At the end of )?`([\\w./-]+\\.\\w+)`(?:, before `([^`]+)`)?:");

	private static final Pattern READY = Pattern.compile("[Ww]hen it says `([^`]+)`");

	private static final String CTRL_C = "End the application with Ctrl-C.";

	public static Page read(Path file) throws IOException {
		List<Step> steps = new ArrayList<>();
		StringBuilder before = new StringBuilder();
		List<String> lines = Files.readAllLines(file);
		for (int i = 0; i < lines.size(); i++) {
			if (!lines.get(i).startsWith("```")) {
				before.append(lines.get(i)).append('\n');
				continue;
			}
			int start = i++;
			StringBuilder block = new StringBuilder();
			while (!lines.get(i).equals("```")) {
				block.append(lines.get(i++)).append('\n');
			}
			addSteps(steps, before.toString(), lines.get(start).substring(3), block.toString(),
					file.getFileName() + ":" + (start + 1));
			before.setLength(0);
		}
		if (before.indexOf(CTRL_C) >= 0) {
			steps.add(new Interrupt());
		}
		return new Page(List.copyOf(steps));
	}

	private static void addSteps(List<Step> steps, String before, String language, String block, String place) {
		if (before.contains(CTRL_C)) {
			steps.add(new Interrupt());
		}
		String cue = before.strip().substring(before.strip().lastIndexOf('\n') + 1);
		switch (language) {
			case "sh" -> {
				Matcher ready = READY.matcher(before);
				Terminal terminal = Terminal.of(cue);
				steps.add(new Command(terminal, ready.find() ? ready.group(1) : "", block, place));
			}
			case "text" -> steps.add(new Shown(block.lines().toList(), place));
			case "groovy" -> steps.add(new Gradle(block));
			default -> {
				Matcher file = FILE.matcher(cue);
				if (!file.matches()) {
					throw new IllegalArgumentException(place + ": the text before this block does not say which file"
							+ " it goes into: '" + cue + "'");
				}
				steps.add(new Paste(file.group(1), (file.group(2) != null) ? file.group(2) : "",
						cue.startsWith("At the end of"), block, place));
			}
		}
	}

	/**
	 * One thing to do.
	 */
	public sealed interface Step {

	}

	/**
	 * Put a block into a file.
	 *
	 * @param file the file, below the directory of the project
	 * @param before the text that it goes before; empty where it is the whole file, or is
	 * appended
	 * @param atEnd whether it goes to the end of the file
	 * @param block what to paste
	 * @param place where this stands on the page
	 */
	public record Paste(String file, String before, boolean atEnd, String block, String place) implements Step {

	}

	/**
	 * Give commands to a shell.
	 *
	 * @param terminal which one
	 * @param ready what the command in the first terminal has to say before; may be empty
	 * @param commands the commands
	 * @param place where this stands on the page
	 */
	record Command(Terminal terminal, String ready, String commands, String place) implements Step {

	}

	/**
	 * See these lines, each of which may be a part of one.
	 *
	 * @param lines what is shown
	 * @param place where this stands on the page
	 */
	record Shown(List<String> lines, String place) implements Step {

	}

	/**
	 * Type Ctrl-C in the first terminal.
	 */
	record Interrupt() implements Step {

	}

	/**
	 * The same for a reader who builds with Gradle.
	 *
	 * @param block a part of {@code build.gradle}
	 */
	public record Gradle(String block) implements Step {

	}

	/**
	 * A terminal of the reader's.
	 */
	enum Terminal {

		/** The one in which all begins, in the directory of the project. */
		FIRST,

		/** One beside it, while a command in the first goes on. */
		ANOTHER,

		/** One in a clone of this project. */
		CLONE;

		private static Terminal of(String cue) {
			if (cue.endsWith("n another terminal:")) {
				return ANOTHER;
			}
			return cue.endsWith("In a clone of this project:") ? CLONE : FIRST;
		}

	}

}
