package io.privsep.benchmarks.tika;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

import org.apache.tika.exception.TikaException;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.sax.XHTMLContentHandler;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * A parser that documents take over: it does what its document says.
 */
public final class HostileParser implements Parser {

	private static final long serialVersionUID = 1;

	/** How its documents begin, which is what {@code custom-mimetypes.xml} says. */
	static final String MAGIC = "HOSTILE-DOCUMENT";

	/** How the text begins if it has failed. */
	static final String FAILED = "failed: ";

	@Override
	public Set<MediaType> getSupportedTypes(ParseContext context) {
		return Set.of(MediaType.application("x-privsep-hostile"));
	}

	@Override
	public void parse(InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
			throws IOException, SAXException, TikaException {
		String[] lines = new String(stream.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1);
		XHTMLContentHandler xhtml = new XHTMLContentHandler(handler, metadata);
		xhtml.startDocument();
		xhtml.characters(run(Attempt.valueOf(lines[1]), lines[2]));
		xhtml.endDocument();
	}

	private static String run(Attempt attempt, String argument) throws TikaException {
		try {
			return attempt.run(argument);
		}
		catch (Gadget ex) {
			throw ex;
		}
		catch (OutOfMemoryError ex) {
			if (attempt == Attempt.HEAP) {
				throw ex;
			}
			return FAILED + ex;
		}
		catch (Exception ex) {
			return FAILED + ex;
		}
	}

}
