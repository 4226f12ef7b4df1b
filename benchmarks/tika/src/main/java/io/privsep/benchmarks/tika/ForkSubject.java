package io.privsep.benchmarks.tika;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;

import org.apache.tika.fork.ForkParser;
import org.apache.tika.fork.ParserFactoryFactory;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.AutoDetectParserFactory;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.sax.BodyContentHandler;

/**
 * Tika's fork parser, with a process for each document that is parsed at once. They run
 * from the same jars as the application.
 */
final class ForkSubject implements Subject {

	static final String NAME = "fork parser";

	private final int most;

	private ForkParser parser;

	/**
	 * Makes one, which starts a process when there is a document.
	 * @param most how many documents a process gets; any number if negative
	 */
	ForkSubject(int most) {
		this.most = most;
		this.parser = parser();
	}

	private ForkParser parser() {
		ForkParser parser = configure(new ForkParser(jars(),
				new ParserFactoryFactory(AutoDetectParserFactory.class.getName(), new HashMap<>())));
		parser.setMaxFilesProcessedPerServer(this.most);
		return parser;
	}

	// the application's, which are all in one directory
	private static Path jars() {
		String first = System.getProperty("java.class.path").split(File.pathSeparator)[0];
		return Objects.requireNonNull(Path.of(first).toAbsolutePath().getParent());
	}

	private static ForkParser configure(ForkParser parser) {
		parser.setJavaCommand(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx" + HEAP + "m", "-Djava.awt.headless=true"));
		parser.setPoolSize(AT_ONCE);
		parser.setServerParseTimeoutMillis(Duration.ofSeconds(TIMEOUT).toMillis());
		return parser;
	}

	@Override
	public ParsedDocument parse(byte[] document) throws Exception {
		return parse(this.parser, document);
	}

	@Override
	public ParsedDocument parseLegacy(byte[] document) throws Exception {
		try (ForkParser legacy = configure(new ForkParser(ForkSubject.class.getClassLoader(), new HostileParser()))) {
			return parse(legacy, document);
		}
	}

	private static ParsedDocument parse(ForkParser parser, byte[] document) throws Exception {
		BodyContentHandler handler = new BodyContentHandler(-1);
		Metadata metadata = new Metadata();
		parser.parse(new ByteArrayInputStream(document), handler, metadata, new ParseContext());
		return ParsedDocument.of(handler.toString(), metadata);
	}

	@Override
	public void stop() {
		this.parser.close();
	}

	@Override
	public void start() {
		this.parser = parser();
	}

	@Override
	public String mainClass() {
		return "org.apache.tika.fork.ForkServer";
	}

	@Override
	public void close() {
		this.parser.close();
	}

	@Override
	public String toString() {
		return NAME;
	}

}
