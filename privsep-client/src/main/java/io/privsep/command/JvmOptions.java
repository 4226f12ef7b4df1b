package io.privsep.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.privsep.trust.CodeTrust;

/**
 * The options that a helper whose code is checked may give its JVM: those that are known
 * to name no code, no file and nobody who could send code.
 * <p>
 * A JVM has many ways to run other code, and gets more with each release: so these are
 * those that are allowed, instead of those that are not. Of flags whose values are texts,
 * such as {@code -XX:JVMCILibPath}, only some that are words are on the list.
 */
final class JvmOptions {

	private static final Set<String> SWITCHES = words("""
			AlwaysPreTouch BackgroundCompilation ClassUnloading ClassUnloadingWithConcurrentMark CompactStrings
			CrashOnOutOfMemoryError DebugNonSafepoints DisableExplicitGC DoEscapeAnalysis EliminateAllocations
			ExitOnOutOfMemoryError ExplicitGCInvokesConcurrent G1UseAdaptiveIHOP OmitStackTraceInFastThrow
			OptimizeStringConcat ParallelRefProcEnabled PerfDisableSharedMem PreserveFramePointer PrintCommandLineFlags
			ResizeTLAB RestrictContended SegmentedCodeCache ShowCodeDetailsInExceptionMessages StackTraceInThrowable
			TieredCompilation UnlockDiagnosticVMOptions UnlockExperimentalVMOptions UseAES UseAESIntrinsics
			UseAdaptiveSizePolicy UseCodeCacheFlushing UseCompactObjectHeaders UseCompressedClassPointers
			UseCompressedOops UseContainerSupport UseDynamicNumberOfCompilerThreads UseDynamicNumberOfGCThreads
			UseEpsilonGC UseG1GC UseLargePages UseNUMA UseOnStackReplacement UseParallelGC UseSerialGC UseShenandoahGC
			UseStringDeduplication UseSuperWord UseTLAB UseTransparentHugePages UseZGC ZGenerational ZProactive
			ZUncommit
			""");

	private static final Set<String> NUMBERS = words("""
			ActiveProcessorCount AutoBoxCacheMax CICompilerCount CodeCacheExpansionSize CompileThreshold
			CompileThresholdScaling CompilerThreadStackSize CompressedClassSpaceSize ConcGCThreads FreqInlineSize
			G1HeapRegionSize G1HeapWastePercent G1MaxNewSizePercent G1MixedGCCountTarget G1NewSizePercent
			G1PeriodicGCInterval G1ReservePercent GCTimeRatio GuaranteedSafepointInterval HeapBaseMinAddress
			InitialCodeCacheSize InitialHeapSize InitialRAMPercentage InitiatingHeapOccupancyPercent InlineSmallCode
			LargePageSizeInBytes MaxDirectMemorySize MaxGCPauseMillis MaxHeapFreeRatio MaxHeapSize MaxInlineLevel
			MaxInlineSize MaxJavaStackTraceDepth MaxMetaspaceFreeRatio MaxMetaspaceSize MaxNewSize MaxRAM
			MaxRAMPercentage MaxTenuringThreshold MetaspaceSize MinHeapFreeRatio MinHeapSize MinMetaspaceFreeRatio
			MinRAMPercentage MinTLABSize NewRatio NewSize NonNMethodCodeHeapSize NonProfiledCodeHeapSize
			ObjectAlignmentInBytes ParallelGCThreads ProfiledCodeHeapSize ReservedCodeCacheSize SharedBaseAddress
			SoftMaxHeapSize SoftRefLRUPolicyMSPerMB StringTableSize SurvivorRatio TLABSize ThreadStackSize
			Tier0ProfilingStartPercentage Tier2BackEdgeThreshold Tier2CompileThreshold Tier3BackEdgeThreshold
			Tier3CompileThreshold Tier3InvocationThreshold Tier3MinInvocationThreshold Tier4BackEdgeThreshold
			Tier4CompileThreshold Tier4InvocationThreshold Tier4MinInvocationThreshold TieredStopAtLevel
			TrimNativeHeapInterval UseAVX UseSSE VMThreadStackSize ZAllocationSpikeTolerance ZCollectionInterval
			ZFragmentationLimit ZUncommitDelay
			""");

	/** Properties of the JDK and of common libraries; others of theirs are refused. */
	private static final Set<String> PROPERTIES = words("""
			file.encoding stdout.encoding stderr.encoding user.country user.language user.region user.timezone
			user.variant java.awt.headless java.net.preferIPv4Stack java.net.preferIPv6Addresses
			java.util.concurrent.ForkJoinPool.common.parallelism java.locale.providers jdk.nio.maxCachedBufferSize
			jdk.serialFilter jdk.tls.client.protocols jdk.tls.server.protocols jdk.tls.namedGroups
			jdk.tls.ephemeralDHKeySize jdk.virtualThreadScheduler.parallelism jdk.virtualThreadScheduler.maxPoolSize
			jdk.xml.entityExpansionLimit jdk.xml.elementAttributeLimit jdk.xml.totalEntitySizeLimit
			jdk.xml.maxGeneralEntitySizeLimit jdk.xml.maxParameterEntitySizeLimit jdk.xml.entityReplacementLimit
			jdk.xml.maxElementDepth jdk.xml.maxXMLNameLimit jdk.xml.maxOccurLimit https.protocols
			sun.net.client.defaultConnectTimeout sun.net.client.defaultReadTimeout sun.net.inetaddr.ttl
			""");

	/**
	 * Whose other properties may load code, listen for it, or undo what helpers rely on.
	 */
	private static final Pattern NOT_OF_FUNCTIONS = Pattern.compile(
			"(?i)(java|javax|jdk|sun|com\\.sun|com\\.oracle|oracle|os|user|file|path|line|native|https?|ftp|socks|jna|jffi"
					+ "|jnr|jnidispatch|loader|logging|log4j2?|logback|logger|slf4j|spring|jarmode|privsep|org)([.A-Z].*)?");

	private static final Pattern SWITCH = Pattern.compile("-XX:[+-](\\w+)");

	private static final Pattern NUMBER = Pattern.compile("-XX:(\\w+)=[0-9][0-9.]*[kKmMgGtT]?");

	/**
	 * No value has a separator of paths, or an escape that could become one. A word may
	 * still be a path: a helper is in the root directory.
	 */
	private static final Pattern PROPERTY = Pattern.compile("-D([\\w.-]+)(?:=([\\w.,:;!*+=@ -]*))?");

	private static final Pattern OTHERS = Pattern.compile(String.join("|", "-Xint", "-Xmixed", "-Xcomp", "-Xbatch",
			"-Xrs", "-Xnoclassgc", "-Xcheck:jni", "-Xverify:(all|remote)", "-X(ss|mn|ms|mx)[0-9]+[kKmMgGtT]?",
			"-Xshare:(auto|off|on)", "-(ea|da|enableassertions|disableassertions)(:[\\w.]+)?",
			"-(esa|dsa|enablesystemassertions|disablesystemassertions)", "-verbose:(class|module|gc|jni)",
			// of its outputs, those that are no file
			"-Xlog:[\\w+*=,-]+(:((stdout|stderr)?(:[\\w,]*)?)?)?", "--add-(opens|exports)=[\\w.]+/[\\w.]+=[\\w.,-]+",
			"--add-reads=[\\w.]+=[\\w.,-]+", "--add-modules=[\\w.,-]+", "--limit-modules=[\\w.,-]+",
			"--enable-native-access=[\\w.,-]+", "--illegal-native-access=(deny|warn|allow)", "--enable-preview",
			"--finalization=(enabled|disabled)", "--sun-misc-unsafe-memory-access=(allow|warn|debug|deny)",
			"-XX:NativeMemoryTracking=(off|summary|detail)", "-XX:ShenandoahGCHeuristics=\\w+",
			"-XX:ShenandoahGCMode=\\w+", "-XX:MetaspaceReclaimPolicy=(none|balanced|aggressive)",
			// looked at like the rest of the code
			"-Djava\\.library\\.path=/.*",
			// a helper has none unless it is named
			"-Djava\\.io\\.tmpdir=/.*"));

	private JvmOptions() {
	}

	/**
	 * Finds options that are not on the list.
	 * @param options options of a JVM, a word each
	 * @return sentences, empty if all are known
	 */
	static List<String> problems(List<String> options) {
		return options.stream()
			.filter((option) -> !isKnown(option))
			.map((option) -> "'" + option + "' in 'jvm.options' is not an option that is known to bring no other code"
					+ " and to name no file; give functions what they need in 'settings'")
			.toList();
	}

	/**
	 * Whether an option is on the list.
	 * @param option one word
	 * @return whether it is known to name no code
	 */
	static boolean isKnown(String option) {
		if (OTHERS.matcher(option).matches()) {
			return true;
		}
		Matcher property = PROPERTY.matcher(option);
		if (property.matches()) {
			String name = property.group(1);
			return PROPERTIES.contains(name)
					|| !NOT_OF_FUNCTIONS.matcher(name).matches() && isOfRoot(property.group(2));
		}
		return isOneOf(SWITCHES, SWITCH.matcher(option)) || isOneOf(NUMBERS, NUMBER.matcher(option));
	}

	// Of what lies in the root directory, others may change '/tmp', at least.
	private static boolean isOfRoot(@Nullable String value) {
		CodeTrust trust = new CodeTrust();
		try {
			for (String word : ((value != null) ? value : "").split("[^\\w.-]+")) {
				trust.file(Path.of("/", word));
			}
			return trust.problems().isEmpty();
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static boolean isOneOf(Set<String> names, Matcher flag) {
		return flag.matches() && names.contains(flag.group(1));
	}

	private static Set<String> words(String text) {
		return Set.of(text.strip().split("\\s+"));
	}

}
