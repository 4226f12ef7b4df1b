package io.privsep.benchmarks.tika;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.tika.metadata.Metadata;

/**
 * What a parser finds in a document.
 *
 * @param text its text
 * @param metadata its metadata, by name
 */
record ParsedDocument(String text, Map<String, List<String>> metadata) {

	static ParsedDocument of(String text, Metadata metadata) {
		Map<String, List<String>> values = new LinkedHashMap<>();
		for (String name : metadata.names()) {
			values.put(name, new ArrayList<>(List.of(metadata.getValues(name))));
		}
		return new ParsedDocument(text, values);
	}

	String type() {
		return String.join(", ", this.metadata.getOrDefault(Metadata.CONTENT_TYPE, List.of()));
	}

}
