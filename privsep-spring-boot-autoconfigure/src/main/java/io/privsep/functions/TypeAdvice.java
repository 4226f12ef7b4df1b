package io.privsep.functions;

import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.privsep.value.UnsupportedTypeException;

/**
 * What to use instead of a type that is not transferable, in the words of Java.
 */
final class TypeAdvice {

	private static final String LATER = "the type of its value";

	private static final Map<String, String> INSTEAD = Map.ofEntries(Map.entry("java.lang.Object", "a record"),
			Map.entry("java.lang.Class", "an enum"), Map.entry("java.io.File", "java.nio.file.Path"),
			Map.entry("java.util.Date", "java.time.Instant"),
			Map.entry("java.util.Calendar", "java.time.ZonedDateTime"),
			Map.entry("java.util.Collection", "List or Set"), Map.entry("java.lang.Iterable", "List"),
			Map.entry("java.lang.CharSequence", "String"), Map.entry("java.io.InputStream", "byte[]"),
			Map.entry("java.nio.ByteBuffer", "byte[]"), Map.entry("java.util.OptionalInt", "Optional<Integer>"),
			Map.entry("java.lang.Number", "BigDecimal"), Map.entry("java.net.URL", "java.net.URI"),
			Map.entry("java.util.stream.Stream", "List"), Map.entry("java.net.Inet4Address", "java.net.InetAddress"),
			Map.entry("java.net.Inet6Address", "java.net.InetAddress"),
			Map.entry("java.net.InetSocketAddress", "a record of a java.net.InetAddress and an int"),
			Map.entry("java.util.Locale", "String, its language tag"),
			Map.entry("java.util.regex.Pattern", "String, its text"),
			Map.entry("java.nio.charset.Charset", "String, its name"),
			Map.entry("java.util.Currency", "String, its code"), Map.entry("java.util.TimeZone", "java.time.ZoneId"),
			Map.entry("java.nio.file.attribute.FileTime", "java.time.Instant"),
			Map.entry("java.sql.Timestamp", "java.time.Instant"), Map.entry("java.sql.Date", "java.time.LocalDate"),
			Map.entry("java.lang.StringBuilder", "String"), Map.entry("java.util.OptionalLong", "Optional<Long>"),
			Map.entry("java.util.OptionalDouble", "Optional<Double>"),
			Map.entry("java.util.concurrent.atomic.AtomicInteger", "int"),
			Map.entry("java.util.concurrent.atomic.AtomicLong", "long"),
			Map.entry("java.util.concurrent.atomic.AtomicBoolean", "boolean"),
			Map.entry("java.util.Properties", "Map<String, String>"), Map.entry("java.util.concurrent.Future", LATER),
			Map.entry("java.util.concurrent.CompletionStage", LATER),
			Map.entry("java.util.concurrent.CompletableFuture", LATER), Map.entry("reactor.core.publisher.Mono", LATER),
			Map.entry("reactor.core.publisher.Flux", "List"), Map.entry("org.reactivestreams.Publisher", "List"),
			Map.entry("java.util.concurrent.Flow$Publisher", "List"), Map.entry("kotlinx.coroutines.Deferred", LATER),
			Map.entry("org.springframework.util.unit.DataSize", "long, its bytes"),
			Map.entry("org.springframework.http.MediaType", "String"),
			Map.entry("org.springframework.util.MimeType", "String"),
			Map.entry("org.springframework.core.io.Resource", "byte[]"),
			Map.entry("org.springframework.web.multipart.MultipartFile", "byte[]"));

	private TypeAdvice() {
	}

	static String of(UnsupportedTypeException ex) {
		if (ex.instead() != null) {
			return ex.instead();
		}
		Class<?> type = ex.type();
		String instead = (type != null) ? INSTEAD.getOrDefault(type.getName(), collection(type)) : null;
		if (instead != null) {
			return instead;
		}
		if (type != null && type.isSealed() && !type.isInterface()) {
			return "a sealed interface of records in the place of this sealed class";
		}
		if (type != null && (type.isInterface() || Modifier.isAbstract(type.getModifiers()))) {
			return "a record in the place of this " + (type.isInterface() ? "interface" : "abstract class");
		}
		return "a record with the same fields";
	}

	private static @Nullable String collection(Class<?> raw) {
		if (Map.class.isAssignableFrom(raw)) {
			return "Map";
		}
		if (Collection.class.isAssignableFrom(raw)) {
			return Set.class.isAssignableFrom(raw) ? "Set" : "List";
		}
		return null;
	}

}
