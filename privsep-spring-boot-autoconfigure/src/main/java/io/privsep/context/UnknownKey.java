package io.privsep.context;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.ResolvableType;

/**
 * A key that nothing is bound to. Its value is left out, as it may be a secret.
 *
 * @param key the whole key
 * @param place where it stands; {@code null} if that is not known
 * @param word the part of the key that is not known
 * @param known what may stand in its place; empty if nothing may
 */
public record UnknownKey(String key, @Nullable String place, String word, List<String> known) {

	private static final ConfigurationPropertyName PRIVSEP = ConfigurationPropertyName.of("privsep");

	/**
	 * Looks at keys that are not known.
	 * @param failure says which
	 * @return those of privsep's own
	 */
	public static List<UnknownKey> of(UnboundConfigurationPropertiesException failure) {
		List<UnknownKey> keys = new ArrayList<>();
		for (ConfigurationProperty property : failure.getUnboundProperties()) {
			if (PRIVSEP.isAncestorOf(property.getName())) {
				keys.add(
						(failure instanceof UnknownKeysException unknown) ? of(property, unknown.root(), unknown.type())
								: of(property, PRIVSEP, ResolvableType.forClass(PrivsepProperties.class)));
			}
		}
		return keys;
	}

	private static UnknownKey of(ConfigurationProperty property, ConfigurationPropertyName root,
			ResolvableType rootType) {
		ConfigurationPropertyName name = property.getName();
		int index = (root.isAncestorOf(name) ? root : StrictBindHandler.withoutHyphens(root)).getNumberOfElements();
		ResolvableType type = rootType;
		ResolvableType next = below(type, name, index);
		while (next != null && index < name.getNumberOfElements() - 1) {
			index++;
			type = next;
			next = below(type, name, index);
		}
		return new UnknownKey(name.toString(), Objects.toString(property.getOrigin(), null),
				name.getElement(index, Form.ORIGINAL), names(type));
	}

	// The type of what stands at a place in a name; null if nothing may.
	private static @Nullable ResolvableType below(ResolvableType type, ConfigurationPropertyName name, int index) {
		Class<?> raw = type.resolve(Object.class);
		if (raw == Map.class) {
			return type.getGeneric(1);
		}
		if (raw.isArray() || Collection.class.isAssignableFrom(raw)) {
			return name.isNumericIndex(index)
					? (raw.isArray() ? type.getComponentType() : type.asCollection().getGeneric(0)) : null;
		}
		String element = name.getElement(index, Form.UNIFORM);
		for (RecordComponent component : components(raw)) {
			if (component.getName().replaceAll("[^A-Za-z0-9]", "").equalsIgnoreCase(element)) {
				return ResolvableType.forType(component.getGenericType(), type);
			}
		}
		return null;
	}

	private static List<String> names(ResolvableType type) {
		return Arrays.stream(components(type.resolve(Object.class)))
			.map((component) -> DataObjectPropertyName.toDashedForm(component.getName()))
			.toList();
	}

	private static RecordComponent[] components(Class<?> type) {
		return type.isRecord() ? type.getRecordComponents() : new RecordComponent[0];
	}

	/**
	 * What to tell of it.
	 * @return a sentence
	 */
	public String sentence() {
		String what = "'" + this.word + "' is not known; ";
		if (this.known.isEmpty()) {
			return what + "nothing stands below '"
					+ this.key.substring(0, this.key.lastIndexOf(this.word)).replaceAll("[.\\[]$", "") + "'";
		}
		// in the name of an environment variable, a hyphen may have become a dot
		String rest = this.key.substring(this.key.lastIndexOf(this.word));
		return what + nearest(this.known, this.word, rest).map((each) -> "did you mean '" + each + "'?")
			.orElse("the keys here are " + this.known);
	}

	/**
	 * What was probably meant by a word that is mistyped.
	 * @param known all that it could be
	 * @param words the word, as it may be read
	 * @return one of those that are known; empty if none is near
	 */
	static Optional<String> nearest(List<String> known, String... words) {
		return known.stream()
			.filter((each) -> Arrays.stream(words).anyMatch((word) -> isNear(each, word)))
			.min(Comparator.comparingInt(
					(each) -> Arrays.stream(words).mapToInt((word) -> distance(each, word)).min().orElseThrow()));
	}

	// So that 'all' is not taken for 'kill'.
	private static boolean isNear(String known, String word) {
		return distance(known, word) <= Math.max(1, Math.min(known.length(), word.length()) / 3);
	}

	private static int distance(String known, String word) {
		return edits(plain(known), plain(word));
	}

	private static String plain(String text) {
		return text.replaceAll("[^a-z0-9]", "");
	}

	// How many letters to add, drop, replace or swap with their neighbour.
	private static int edits(String a, String b) {
		int[][] edits = new int[a.length() + 1][b.length() + 1];
		for (int i = 0; i <= a.length(); i++) {
			for (int j = 0; j <= b.length(); j++) {
				if (i == 0 || j == 0) {
					edits[i][j] = i + j;
					continue;
				}
				boolean isSame = a.charAt(i - 1) == b.charAt(j - 1);
				edits[i][j] = Math.min(edits[i - 1][j - 1] + (isSame ? 0 : 1),
						Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
				if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
					edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
				}
			}
		}
		return edits[a.length()][b.length()];
	}

}
