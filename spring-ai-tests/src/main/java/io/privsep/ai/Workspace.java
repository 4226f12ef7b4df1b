package io.privsep.ai;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.mcp.annotation.McpToolParam;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.stereotype.Component;

import io.privsep.PrivsepFunction;

/**
 * Tools that do what a model says, in a sandbox: they may read and write whatever file is
 * asked for, as there is nothing but the workspace.
 */
@Component
@PrivsepFunction("workspace")
public class Workspace {

	private static int calls;

	private final WorkspaceSettings settings;

	Workspace(WorkspaceSettings settings) {
		this.settings = settings;
	}

	/**
	 * Appends to a file.
	 * @param note the file and the text
	 * @return what the process has done so far
	 * @throws IOException if it cannot be written
	 */
	@Tool(description = "Appends a line to a file of the workspace")
	@McpTool(description = "Appends a line to a file of the workspace")
	public Written append(@McpToolParam(description = "The file and the line") Note note) throws IOException {
		Path file = this.settings.directory().resolve(note.file());
		Files.writeString(file, note.line() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		try (var lines = Files.lines(file)) {
			return new Written(lines.count(), ++calls);
		}
	}

	/**
	 * Reads a file.
	 * @param file any file
	 * @return its lines
	 * @throws IOException if it cannot be read
	 */
	@Tool(description = "Reads a file")
	@McpTool(description = "Reads a file")
	public List<String> read(@McpToolParam(description = "Path of the file") String file) throws IOException {
		try {
			return Files.readAllLines(this.settings.directory().resolve(file));
		}
		catch (NoSuchFileException ex) {
			// unchecked: a checked exception of a tool does not get as far as the model
			throw new IllegalArgumentException("There is no file '" + file + "'", ex);
		}
	}

	/**
	 * A line for a file.
	 *
	 * @param file name of the file
	 * @param line the line
	 */
	public record Note(String file, String line) {
	}

	/**
	 * What was done.
	 *
	 * @param lines how many lines the file has
	 * @param calls how many calls this process has served
	 */
	public record Written(long lines, int calls) {
	}

}
