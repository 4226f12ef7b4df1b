package io.privsep.demo.web;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.privsep.PrivsepBusyException;
import io.privsep.PrivsepException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.actuate.PrivsepEndpoint;
import io.privsep.channel.ChannelState;
import io.privsep.demo.privsep.Documents;
import io.privsep.demo.privsep.Order;
import io.privsep.demo.privsep.OrderXml;

/**
 * Has documents of strangers read where there is nothing to gain, and, for comparison, in
 * the application itself.
 */
@RestController
@RequestMapping("/api/documents")
@ConditionalOnBooleanProperty(name = "privsep.enabled", matchIfMissing = true)
class DocumentsController {

	private static final String CONTEXT = "documents";

	private static final Duration NEXT_HELPER = Duration.ofSeconds(10);

	/** How long a spare may take to become the helper that serves. */
	private static final Duration SPARE = Duration.ofSeconds(1);

	private final Documents documents;

	private final PrivsepEndpoint endpoint;

	/** For each document that is read just now, how many it has had call here. */
	private final Map<String, Integer> callers = new ConcurrentHashMap<>();

	DocumentsController(Documents documents, PrivsepEndpoint endpoint) {
		this.documents = documents;
		this.endpoint = endpoint;
	}

	/**
	 * Has a document read by the helper, and an honest one after it.
	 * @param name name of the document
	 * @param request tells where the application listens
	 * @return what came of it
	 * @throws IOException if the secret cannot be written
	 * @throws InterruptedException if the application ends
	 */
	@PostMapping("/{document}")
	Outcome readByHelper(@PathVariable("document") String name, HttpServletRequest request)
			throws IOException, InterruptedException {
		if (described().mode().equals("in-process")) {
			throw new BadRequestException("There is no helper that could be confined in mode 'in-process'");
		}
		StrangersDocument document = StrangersDocument.of(name);
		Long before = awaitPid();
		Reading reading = read(document, request,
				(bytes) -> document.isPacked() ? this.documents.unpack(bytes) : this.documents.parse(bytes));
		String next = next();
		return new Outcome(reading.order(), reading.failure(), reading.callers(), before, awaitPid(), next);
	}

	/**
	 * Has a document read by the application itself.
	 * @param name name of the document; not one that would take all of its memory or time
	 * @param request tells where the application listens
	 * @return what came of it
	 * @throws IOException if the secret cannot be written
	 */
	@PostMapping("/{document}/by-application")
	Outcome readByApplication(@PathVariable("document") String name, HttpServletRequest request) throws IOException {
		StrangersDocument document = StrangersDocument.of(name);
		if (document != StrangersDocument.SECRET && document != StrangersDocument.CALL) {
			throw new BadRequestException("The application itself does not read this one");
		}
		Reading reading = read(document, request, OrderXml::parse);
		return new Outcome(reading.order(), reading.failure(), reading.callers(), null, null, null);
	}

	/**
	 * Counts who is called to come here.
	 * @param reading for which document
	 * @return what the caller may take home
	 */
	@GetMapping(path = "/listener/{reading}", produces = MediaType.TEXT_PLAIN_VALUE)
	String listener(@PathVariable("reading") String reading) {
		return "caller number " + this.callers.computeIfPresent(reading, (key, callers) -> callers + 1);
	}

	private Reading read(StrangersDocument document, HttpServletRequest request, Reader reader) throws IOException {
		String id = UUID.randomUUID().toString();
		URI listener = URI.create("http://127.0.0.1:" + request.getLocalPort() + "/api/documents/listener/" + id);
		this.callers.put(id, 0);
		// readable for the application's user alone
		Path secret = Files.createTempFile("privsep-demo-secret-", "");
		try {
			Files.writeString(secret, "a secret of the application, " + UUID.randomUUID());
			byte[] bytes = document.make(secret.toUri(), listener);
			try {
				Order order = reader.read(bytes);
				return new Reading(order, null, this.callers.get(id));
			}
			catch (PrivsepUnavailableException | PrivsepBusyException ex) {
				// it was not even tried
				throw ex;
			}
			catch (IOException | IllegalArgumentException | PrivsepException ex) {
				return new Reading(null, String.valueOf(ex.getMessage()), this.callers.get(id));
			}
		}
		finally {
			this.callers.remove(id);
			Files.delete(secret);
		}
	}

	private String next() throws IOException {
		try {
			Order order = this.documents.parse(StrangersDocument.HONEST.make(URI.create(""), URI.create("")));
			return order.quantity() + " × " + order.item();
		}
		catch (PrivsepException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	// Between two helpers there is none for a moment. One that systemd has put into a
	// sandbox has none that the application knows, however long it runs.
	private @Nullable Long awaitPid() throws InterruptedException {
		long start = System.nanoTime();
		PrivsepEndpoint.ContextDescriptor described = described();
		while (described.pid() == null && System.nanoTime() - start < longest(described).toNanos()) {
			TimeUnit.MILLISECONDS.sleep(20);
			described = described();
		}
		return described.pid();
	}

	private static Duration longest(PrivsepEndpoint.ContextDescriptor described) {
		return (described.state() == ChannelState.RUNNING && described.spares() > 0) ? SPARE : NEXT_HELPER;
	}

	private PrivsepEndpoint.ContextDescriptor described() {
		return Objects.requireNonNull(this.endpoint.context(CONTEXT), CONTEXT);
	}

	/**
	 * Who reads a document.
	 */
	private interface Reader {

		Order read(byte[] document) throws IOException;

	}

	/**
	 * How a document was read.
	 */
	private record Reading(@Nullable Order order, @Nullable String failure, int callers) {

	}

	/**
	 * What came of a document.
	 *
	 * @param order the order that was read, with whatever the document had put into it
	 * @param failure why none was read
	 * @param callers how many have called meanwhile
	 * @param before process id of the helper that was there for it
	 * @param after process id of the helper that is there now
	 * @param next the honest order that was read after it, or why it was not
	 */
	record Outcome(@Nullable Order order, @Nullable String failure, int callers, @Nullable Long before,
			@Nullable Long after, @Nullable String next) {

	}

}
