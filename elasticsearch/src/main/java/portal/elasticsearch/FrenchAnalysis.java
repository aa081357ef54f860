package portal.elasticsearch;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.fr.FrenchLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchMinimalStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.AbstractIndexAnalyzerProvider;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.AnalyzerProvider;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.PreConfiguredTokenFilter;
import org.elasticsearch.index.analysis.PreConfiguredTokenizer;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;
import org.tartarus.snowball.ext.FrenchStemmer;

/**
 * The parts of the official module analysis-common that a French index uses: same names, same Lucene filters.
 *
 * <p>The module itself is not published as a jar. An index made here opens unchanged in the official distribution, as
 * long as everything below keeps its official name, settings and defaults.
 */
public class FrenchAnalysis extends Plugin implements AnalysisPlugin {

  /** A filter that also applies where a text stays one word: keyword normalizers, prefix queries. */
  private static class Normalizing extends AbstractTokenFilterFactory
      implements NormalizingTokenFilterFactory {
    private final Function<TokenStream, TokenStream> make;

    Normalizing(String name, Settings settings, Function<TokenStream, TokenStream> make) {
      super(name, settings);
      this.make = make;
    }

    @Override
    public TokenStream create(TokenStream in) {
      return make.apply(in);
    }
  }

  private static TokenFilterFactory filter(
      String name, Settings settings, Function<TokenStream, TokenStream> make) {
    return new AbstractTokenFilterFactory(name, settings) {
      @Override
      public TokenStream create(TokenStream in) {
        return make.apply(in);
      }
    };
  }

  private static Function<TokenStream, TokenStream> stemmer(String language) {
    return switch (language) {
      case "light_french", "lightFrench" -> FrenchLightStemFilter::new;
      case "minimal_french", "minimalFrench" -> FrenchMinimalStemFilter::new;
      case "french" -> in -> new SnowballFilter(in, new FrenchStemmer());
      default -> throw new IllegalArgumentException("this server has no stemmer for [" + language + "]");
    };
  }

  @Override
  public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
    Map<String, AnalysisProvider<TokenFilterFactory>> filters = new TreeMap<>();
    filters.put("lowercase", (index, env, name, s) -> new Normalizing(name, s, LowerCaseFilter::new));
    filters.put(
        "asciifolding",
        (index, env, name, s) ->
            new Normalizing(
                name, s, in -> new ASCIIFoldingFilter(in, s.getAsBoolean("preserve_original", false))));
    filters.put(
        "elision",
        AnalysisPlugin.requiresAnalysisSettings(
            (index, env, name, s) -> {
              CharArraySet articles = Analysis.parseArticles(env, s);
              return new Normalizing(name, s, in -> new ElisionFilter(in, articles));
            }));
    filters.put(
        "stemmer",
        AnalysisPlugin.requiresAnalysisSettings(
            (index, env, name, s) ->
                filter(name, s, stemmer(s.get("language", s.get("name", "french"))))));
    filters.put(
        "edge_ngram",
        (index, env, name, s) ->
            filter(
                name,
                s,
                in ->
                    new EdgeNGramTokenFilter(
                        in,
                        s.getAsInt("min_gram", 1),
                        s.getAsInt("max_gram", 2),
                        s.getAsBoolean("preserve_original", false))));
    filters.put(
        "remove_duplicates",
        (index, env, name, s) -> filter(name, s, RemoveDuplicatesTokenFilter::new));
    return filters;
  }

  @Override
  public Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> getAnalyzers() {
    return Map.of(
        "french",
        (index, env, name, s) ->
            new AbstractIndexAnalyzerProvider<FrenchAnalyzer>(name, s) {
              private final FrenchAnalyzer analyzer = new FrenchAnalyzer();

              @Override
              public FrenchAnalyzer get() {
                return analyzer;
              }
            });
  }

  @Override
  public List<PreConfiguredTokenFilter> getPreConfiguredTokenFilters() {
    return List.of(
        PreConfiguredTokenFilter.singleton("asciifolding", true, ASCIIFoldingFilter::new),
        PreConfiguredTokenFilter.singleton(
            "elision", true, in -> new ElisionFilter(in, FrenchAnalyzer.DEFAULT_ARTICLES)));
  }

  @Override
  public List<PreConfiguredTokenizer> getPreConfiguredTokenizers() {
    return List.of(PreConfiguredTokenizer.singleton("keyword", KeywordTokenizer::new));
  }
}
