// Figures of features: out-of-distribution scores, projections and their quality.
using System.Text.Json;
using Einthoven.Evaluation.Embeddings;
using Einthoven.Evaluation.OutOfDistribution;

namespace Einthoven.Golden.Kinds;

internal static class MetricsFeatureKinds
{
    public static void OutOfDistribution(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        var inputs = new MetricsInputs(golden, files);
        JsonElement expected = files.Json();
        double[] train = inputs.Doubles("train_x"), familiar = inputs.Doubles("in_x"), foreign = inputs.Doubles("out_x");
        int[] classOf = inputs.Integers("train_y");
        int width = inputs.Width("train_x");
        GaussianFeatures tied = GaussianFeatures.Fit(train, classOf), whole = GaussianFeatures.Fit(train, new int[classOf.Length]);
        GaussianFeatures shrunk = GaussianFeatures.Fit(train, classOf, shrink: true);
        deviations.Compare("class means", "values", [.. tied.Means.SelectMany(m => m)], expected.Numbers("class_means"));
        deviations.Compare("tied covariance", "values", [.. tied.Covariance], expected.Numbers("tied_covariance_div_n"));
        Scores("mahalanobis_squared_min_class", x => tied.SquaredDistance(x));
        Scores("relative_mahalanobis", x => tied.SquaredDistance(x) - whole.SquaredDistance(x));
        Scores("ledoit_wolf", x => shrunk.SquaredDistance(x));
        JsonElement wolf = expected.GetProperty("ledoit_wolf");
        deviations.Compare("shrinkage", "values", shrunk.Shrinkage, wolf.Number("shrinkage"));
        deviations.Compare("shrunk covariance", "values", [.. shrunk.Covariance.Take(width)], wolf.Numbers("covariance_first_row"));
        foreach (JsonProperty knn in expected.EnumerateObject().Where(p => p.Name.StartsWith("knn", StringComparison.Ordinal)))
        {
            var neighbours = new FeatureNeighbors(train, width);
            int k = (int)MetricsJson.NumbersIn(knn.Name)[0];
            Scores(knn.Name, x => neighbours.Distance(x, k));
        }

        double[] tails = expected.Numbers("chi2_p_of_first8_in");
        deviations.Compare(
            "chi-squared tails", "values",
            [.. tails.Select((_, row) => GaussianFeatures.TailProbability(tied.SquaredDistance(familiar.AsSpan(row * width, width)), width))], tails);
        Logits(inputs, expected.GetProperty("logit_scores"), deviations);
        Ensemble(inputs, expected.EnumerateObject().First(p => p.Name.StartsWith("ensemble_binary", StringComparison.Ordinal)).Value, deviations);

        JsonElement selective = expected.GetProperty("selective");
        bool[] errors = inputs.Flags("error");
        SelectivePrediction prediction = SelectivePrediction.Of(inputs.Doubles("confidence"), errors);
        deviations.Compare("risk-coverage area", "values", prediction.Area, selective.Number("aurc_mean_over_all_prefixes_stable_order"));
        deviations.Compare("full risk", "values", prediction.FullRisk, selective.Number("full_risk"));
        deviations.Compare("best area", "values", SelectivePrediction.Best(errors).Area, selective.Number("optimal_aurc"));
        foreach (JsonProperty risk in selective.EnumerateObject().Where(p => p.Name.StartsWith("risk_at_coverage_", StringComparison.Ordinal)))
            deviations.Compare(risk.Name, "values", prediction.RiskAt(MetricsJson.NumbersIn(risk.Name)[0]), Deviations.Number(risk.Value));

        void Scores(string name, Func<double[], double> score)
        {
            double[] known = Each(familiar), others = Each(foreign);
            Detection detection = Detection.Of(known, others);
            JsonElement want = expected.GetProperty(name);
            foreach (JsonProperty p in want.EnumerateObject().Where(p => p.Name.Contains("_first", StringComparison.Ordinal)))
            {
                double[] first = Deviations.Numbers(p.Value), actual = p.Name.StartsWith("in_", StringComparison.Ordinal) ? known : others;
                if (p.Name.StartsWith("covariance", StringComparison.Ordinal)) continue;
                deviations.Compare($"{name} {p.Name}", "values", actual.AsSpan(0, first.Length), first);
            }

            deviations.Compare(
                $"figures of {name}", "values", [detection.Auroc, detection.AveragePrecision, detection.Threshold, detection.Accepted],
                [want.Number("auroc_out_positive"), want.Number("aupr_out_positive"), want.Number("threshold_keeping_95_percent_in"),
                    want.Number("out_accepted_at_that_threshold_fpr95")]);

            double[] Each(double[] rows) => [.. rows.Chunk(width).Select(score)];
        }
    }

    public static void Embedding(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        var inputs = new MetricsInputs(golden, files);
        string prefix = golden.Array("prefix")!;
        JsonElement expected = files.Json(), config = golden.Config;
        PointCloud points = Points("x");
        int[] classOf = [.. inputs.Named(prefix + "label").ToInt64s().Select(v => (int)v)];

        Components(inputs, prefix, points, expected.GetProperty("pca"), deviations);
        foreach (JsonProperty p in expected.GetProperty("trustworthiness").EnumerateObject())
        {
            PointCloud layout = Points("y_" + p.Name.Split('_')[0]);
            int k = (int)MetricsJson.NumbersIn(p.Name)[^1];
            bool continuity = p.Name.Contains("continuity", StringComparison.Ordinal);
            double actual = continuity ? Neighbourhoods.Continuity(points, layout, k) : Neighbourhoods.Trustworthiness(points, layout, k);
            deviations.Compare(p.Name, "trustworthiness", actual, Deviations.Number(p.Value));
        }

        // What cases.json gives no bound of its own is a closed form like trustworthiness; large sums take the bound of the components.
        JsonElement clusters = expected.GetProperty("clusters"), kmeans = expected.GetProperty("kmeans_init_first_rows");
        ClusterScores scores = ClusterScores.Of(points, classOf);
        deviations.Compare("silhouette", "trustworthiness", scores.Silhouette, clusters.Number("silhouette"));
        deviations.Compare("Davies–Bouldin", "trustworthiness", scores.DaviesBouldin, clusters.Number("davies_bouldin"));
        deviations.Compare("Calinski–Harabasz", "pca", scores.CalinskiHarabasz, clusters.Number("calinski_harabasz"));
        int[] groups = kmeans.Integers("cluster_of_each");
        KMeans fit = KMeans.Fit(points, [.. Enumerable.Range(0, groups.Max() + 1).Select(k => points[k].ToArray())]);
        GroupAgreement agreement = GroupAgreement.Of([.. fit.GroupOf], classOf);
        deviations.Equal("k-means groups", string.Join(' ', fit.GroupOf), string.Join(' ', groups));
        deviations.Compare("k-means inertia", "pca", fit.Inertia, kmeans.Number("inertia"));
        deviations.Compare("adjusted Rand index", "trustworthiness", agreement.AdjustedRand, kmeans.Number("ari"));
        deviations.Compare("normalised information", "trustworthiness", agreement.NormalisedInformation, kmeans.Number("nmi_arithmetic"));
        foreach (JsonProperty knn in expected.EnumerateObject().Where(p => p.Name.StartsWith("knn", StringComparison.Ordinal)))
        {
            double accuracy = Neighbourhoods.LeaveOneOutAccuracy(points, classOf, (int)MetricsJson.NumbersIn(knn.Name)[0]);
            deviations.Compare(knn.Name, "trustworthiness", accuracy, Deviations.Number(knn.Value));
        }

        deviations.Compare("CKA", "trustworthiness", LinearCka.Of(Points("cka_a"), Points("cka_b")), expected.Number("linear_cka_biased"));
        Umap(inputs, prefix, points, config.GetProperty("umap_neighbors").GetInt32(), expected.GetProperty("umap"), deviations);
        Tsne(inputs, prefix, points, Points("y_pca2"), config.GetProperty("tsne_perplexity").GetDouble(), expected.GetProperty("tsne"), deviations);

        PointCloud Points(string name)
        {
            var tensor = inputs.Named(prefix + name);
            return new(tensor.ToDoubles(), (int)tensor.Shape[1]);
        }
    }

    private static void Components(MetricsInputs inputs, string prefix, PointCloud points, JsonElement expected, Deviations deviations)
    {
        PrincipalComponents pca = PrincipalComponents.Of(points);
        deviations.Compare("mean", "pca", [.. pca.Mean], expected.Numbers("mean"));
        deviations.Compare("singular values", "singular_values", [.. pca.SingularValues], expected.Numbers("singular_values"));
        deviations.Compare("variances", "pca", [.. pca.Variances], expected.Numbers("explained_variance"));
        deviations.Compare("variance shares", "pca", [.. pca.VarianceShares], expected.Numbers("explained_variance_ratio"));
        JsonProperty error = expected.EnumerateObject().First(p => p.Name.StartsWith("reconstruction_mse_", StringComparison.Ordinal));
        int kept = (int)MetricsJson.NumbersIn(error.Name)[0];
        deviations.Compare(error.Name, "pca", pca.ReconstructionError(points, kept), Deviations.Number(error.Value));
        double[] components = [.. pca.Components.Take(kept).SelectMany(c => c)];
        deviations.Compare("components", "pca", components, inputs.Named($"{prefix}pca_components{kept}").ToDoubles());
        deviations.Compare("scores", "pca", pca.Scores(points, kept), inputs.Named($"{prefix}pca_scores{kept}").ToDoubles());
        deviations.Compare("whitened scores", "pca", pca.Scores(points, kept, whitened: true),
            inputs.Named($"{prefix}pca_scores{kept}_whitened").ToDoubles());
    }

    private static void Umap(MetricsInputs inputs, string prefix, PointCloud points, int neighbours, JsonElement expected, Deviations deviations)
    {
        UmapGraph graph = UmapGraph.Of(points, neighbours);
        int[] want = [.. inputs.Named(prefix + "umap_knn_index").ToInt64s().Select(v => (int)v)];
        deviations.Equal("neighbours", string.Join(' ', graph.Neighbours.SelectMany(n => n)), string.Join(' ', want));
        deviations.Compare("rho", "umap_sigma", [.. graph.Rho], inputs.Named(prefix + "umap_rho").ToDoubles());
        deviations.Compare("sigma", "umap_sigma", [.. graph.Sigma], inputs.Named(prefix + "umap_sigma").ToDoubles());
        deviations.Equal("number of edges", graph.Edges.Count, expected.GetProperty("edges_upper_triangle").GetInt32());
        long[] first = inputs.Named(prefix + "umap_edge_i").ToInt64s(), second = inputs.Named(prefix + "umap_edge_j").ToInt64s();
        double[] weights = inputs.Named(prefix + "umap_edge_w").ToDoubles();
        var stored = first.Select((i, k) => (Pair: (i, second[k]), Weight: weights[k])).ToDictionary(e => e.Pair, e => e.Weight);
        foreach (UmapEdge edge in graph.Edges)
        {
            if (stored.TryGetValue((edge.First, edge.Second), out double weight))
                deviations.Compare($"edge {edge.First}–{edge.Second}", "umap_edges", edge.Weight, weight);
            else deviations.Fail($"edge {edge.First}–{edge.Second} is not stored");
        }

        foreach (JsonProperty curve in expected.GetProperty("a_b_for_spread1_min_dist").EnumerateObject())
        {
            (double a, double b) = UmapGraph.Curve(1, MetricsJson.NumbersIn(curve.Name)[0]);
            deviations.Compare($"a and b for {curve.Name}", "umap_edges", [a, b], Deviations.Numbers(curve.Value));
        }
    }

    private static void Tsne(
        MetricsInputs inputs, string prefix, PointCloud points, PointCloud layout, double perplexity, JsonElement expected, Deviations deviations)
    {
        TsneAffinities affinities = TsneAffinities.Of(points, perplexity);
        deviations.Compare("beta", "tsne_beta", [.. affinities.Precisions], inputs.Named(prefix + "tsne_beta").ToDoubles());
        JsonProperty kl = expected.EnumerateObject().First(p => p.Name.StartsWith("kl_of_y_pca2_divided_by_", StringComparison.Ordinal));
        double divisor = MetricsJson.NumbersIn(kl.Name["kl_of_y_pca2".Length..])[0];
        double[] scaled = [.. Enumerable.Range(0, layout.Count).SelectMany(k => layout[k].ToArray()).Select(v => v / divisor)];
        (double divergence, double[] gradient) = affinities.Compare(new(scaled, layout.Width));
        deviations.Compare(kl.Name, "tsne_kl", divergence, Deviations.Number(kl.Value));
        deviations.Compare("sum of P", "tsne_kl", affinities.Joint.Sum(), expected.Number("P_sum"));
        double[] first = Deviations.Numbers(expected.EnumerateObject().First(p => p.Name.StartsWith("P_row0_", StringComparison.Ordinal)).Value);
        deviations.Compare("first of P", "tsne_kl", [.. affinities.Joint.Take(first.Length)], first);
        deviations.Compare("gradient norm", "tsne_kl", Math.Sqrt(gradient.Sum(g => g * g)), expected.Number("gradient_norm"));
        deviations.Compare("gradient", "pca", gradient, inputs.Named($"{prefix}tsne_grad_y_pca2_div{divisor}").ToDoubles());
    }

    private static void Logits(MetricsInputs inputs, JsonElement expected, Deviations deviations)
    {
        double[] logits = inputs.Doubles("logits");
        int width = inputs.Width("logits");
        foreach (JsonProperty p in expected.EnumerateObject())
        {
            double[] want = Deviations.Numbers(p.Value);
            var actual = new double[want.Length];
            for (int row = 0; row < want.Length; row++)
            {
                ReadOnlySpan<double> z = logits.AsSpan(row * width, width);
                actual[row] = p.Name switch
                {
                    "max_softmax" => LogitScores.MaximumProbability(z),
                    "entropy_nats" => LogitScores.Entropy(z),
                    string name when name.StartsWith("energy_T", StringComparison.Ordinal) => LogitScores.Energy(z, MetricsJson.NumbersIn(name)[0]),
                    _ => throw new InvalidDataException($"The score '{p.Name}' is unknown."),
                };
            }

            deviations.Compare(p.Name, "values", actual, want);
        }
    }

    // [members, samples, labels]; the file holds the first samples.
    private static void Ensemble(MetricsInputs inputs, JsonElement expected, Deviations deviations)
    {
        double[] p = inputs.Doubles("mc_p_binary");
        int members = (int)inputs.Tensor("mc_p_binary").Shape[0], cells = p.Length / members;
        EnsembleUncertainty[] all =
            [.. Enumerable.Range(0, cells).Select(c => EnsembleUncertainty.Of([.. Enumerable.Range(0, members).Select(m => p[(m * cells) + c])]))];
        foreach (JsonProperty figure in expected.EnumerateObject())
        {
            Func<EnsembleUncertainty, double> of = figure.Name switch
            {
                "mean" => u => u.Mean,
                "predictive_entropy" => u => u.PredictiveEntropy,
                "expected_entropy" => u => u.ExpectedEntropy,
                "mutual_information" => u => u.MutualInformation,
                "variance_ddof0" => u => u.Variance,
                _ => throw new InvalidDataException($"The figure '{figure.Name}' is unknown."),
            };
            double[] want = Deviations.Numbers(figure.Value);
            deviations.Compare(figure.Name, "values", [.. all.Take(want.Length).Select(of)], want);
        }
    }
}
