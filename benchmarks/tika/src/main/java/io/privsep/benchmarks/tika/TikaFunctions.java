package io.privsep.benchmarks.tika;

import java.io.IOException;

import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.sax.BodyContentHandler;
import org.xml.sax.SAXException;

import io.privsep.PrivsepFunction;

/**
 * Parses documents, in a sandbox.
 */
@PrivsepFunction(TikaFunctions.CONTEXT)
class TikaFunctions {

	static final String CONTEXT = "tika";

	private final Parser parser = new AutoDetectParser();

	public ParsedDocument parse(byte[] document) throws IOException, TikaException {
		BodyContentHandler handler = new BodyContentHandler(-1);
		Metadata metadata = new Metadata();
		try (TikaInputStream stream = TikaInputStream.get(document)) {
			this.parser.parse(stream, handler, metadata, new ParseContext());
		}
		catch (SAXException ex) {
			throw new TikaException(ex.getMessage());
		}
		return ParsedDocument.of(handler.toString(), metadata);
	}

}
