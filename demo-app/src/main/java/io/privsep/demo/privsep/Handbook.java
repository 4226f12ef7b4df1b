package io.privsep.demo.privsep;

import java.io.IOException;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.stereotype.Component;

import io.privsep.PrivsepFunction;

/**
 * A shop's handbook, as a tool of a language model.
 * <p>
 * The model chooses the arguments, and so does the author of anything that it reads.
 */
@Component
@PrivsepFunction("documents")
public class Handbook {

	/**
	 * Reads a page.
	 * @param page name of the page
	 * @return the page
	 * @throws IOException if the pages cannot be stored
	 */
	@Tool(description = HandbookPages.DESCRIPTION)
	public String readPage(String page) throws IOException {
		return HandbookPages.read(page);
	}

}
