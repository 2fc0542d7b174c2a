package wireroom;

import java.io.Reader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicNormalizationFilter;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.TrimFilter;
import org.apache.lucene.analysis.miscellaneous.TruncateTokenFilter;
import org.apache.lucene.analysis.pattern.PatternReplaceCharFilter;
import org.apache.lucene.analysis.pattern.PatternReplaceFilter;
import org.apache.lucene.analysis.pattern.PatternTokenizer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.elasticsearch.common.Strings;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingCharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/**
 * The components of the module "analysis-common" that Wireroom's analyzers use, by the names and options they have there. The
 * module itself is not published; the Lucene classes that do the work are the same ones.
 */
public final class WireAnalysis extends Plugin implements AnalysisPlugin {
    private interface FromSettings<T> {
        T make(Settings settings);
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        Map<String, AnalysisProvider<TokenFilterFactory>> filters = new HashMap<>();
        filters.put("asciifolding", filter(true, s -> ASCIIFoldingFilter::new));
        filters.put("arabic_normalization", filter(true, s -> ArabicNormalizationFilter::new));
        filters.put("trim", filter(true, s -> TrimFilter::new));
        filters.put("truncate", filter(false, s -> {
            int length = s.getAsInt("length", 10);
            return in -> new TruncateTokenFilter(in, length);
        }));
        filters.put("snowball", filter(false, s -> {
            String language = Strings.capitalize(s.get("language", "English"));
            return in -> new SnowballFilter(in, language);
        }));
        filters.put("pattern_replace", optioned(filter(true, s -> {
            Pattern pattern = Pattern.compile(s.get("pattern"));
            String replacement = s.get("replacement", "");
            boolean all = s.getAsBoolean("all", true);
            return in -> new PatternReplaceFilter(in, pattern, replacement, all);
        })));
        return filters;
    }

    @Override
    public Map<String, AnalysisProvider<CharFilterFactory>> getCharFilters() {
        return Map.of(
            "mapping", optioned(charFilter(s -> {
                NormalizeCharMap map = map(s.getAsList("mappings"));
                return in -> new MappingCharFilter(map, in);
            })),
            "pattern_replace", optioned(charFilter(s -> {
                Pattern pattern = Pattern.compile(s.get("pattern"));
                String replacement = s.get("replacement", "");
                return in -> new PatternReplaceCharFilter(pattern, replacement, in);
            })));
    }

    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        return Map.of("pattern", optioned((index, environment, name, s) -> {
            Pattern pattern = Pattern.compile(s.get("pattern", "\\W+"));
            int group = s.getAsInt("group", -1);
            return TokenizerFactory.newFactory(name, () -> new PatternTokenizer(pattern, group));
        }));
    }

    private static NormalizeCharMap map(List<String> rules) {
        NormalizeCharMap.Builder map = new NormalizeCharMap.Builder();
        for (String rule : rules) {
            String[] sides = rule.split("\\s*=>\\s*", 2);
            map.add(plain(sides[0]), plain(sides[1]));
        }
        return map.build();
    }

    /** Undoes the escapes, which the real module knows as well: backslash, u, four hexadecimal digits. */
    private static String plain(String side) {
        return Pattern.compile("\\\\u([0-9a-fA-F]{4})").matcher(side)
            .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 16))));
    }

    /** The server makes each component once without options, so those that cannot do without must be marked. */
    private static <T> AnalysisProvider<T> optioned(AnalysisProvider<T> provider) {
        return AnalysisPlugin.requiresAnalysisSettings(provider);
    }

    private static AnalysisProvider<TokenFilterFactory> filter(boolean normalizing, FromSettings<UnaryOperator<TokenStream>> kind) {
        return (index, environment, name, settings) -> {
            UnaryOperator<TokenStream> filter = kind.make(settings);
            return normalizing ? new NormalizingFilter(name, filter) : new Filter(name, filter);
        };
    }

    private static AnalysisProvider<CharFilterFactory> charFilter(FromSettings<UnaryOperator<Reader>> kind) {
        return (index, environment, name, settings) -> new NormalizingCharFilter(name, kind.make(settings));
    }

    private record Filter(String name, UnaryOperator<TokenStream> filter) implements TokenFilterFactory {
        @Override
        public TokenStream create(TokenStream in) {
            return filter.apply(in);
        }
    }

    private record NormalizingFilter(String name, UnaryOperator<TokenStream> filter) implements NormalizingTokenFilterFactory {
        @Override
        public TokenStream create(TokenStream in) {
            return filter.apply(in);
        }
    }

    private record NormalizingCharFilter(String name, UnaryOperator<Reader> filter) implements NormalizingCharFilterFactory {
        @Override
        public Reader create(Reader in) {
            return filter.apply(in);
        }
    }
}
