# The same estimates by R: survey (linearised errors) and laeken (points, bootstrap). Called by poverty_peers.py.
# Writes rows "task,domain,measure,estimate,se" and "seconds,task,processor,clock" to standard output.
options(warn = -1, survey.lonely.psu = "fail")
suppressMessages(library(survey))
folder <- Sys.getenv("POVLIB_REFERENCE")
out <- function(task, domain, measure, b, se) {
  cat(paste(task, domain, measure, sprintf("%.17g", b), sprintf("%.17g", se), sep = ","), sep = "\n")
}
timed <- function(task, code, times = 3) {
  best <- c(Inf, Inf)
  for (i in seq_len(times)) {
    took <- system.time(result <- code())
    best <- pmin(best, c(took[["user.self"]] + took[["sys.self"]], took[["elapsed"]]))
  }
  cat(sprintf("seconds,%s,%.4f,%.4f\n", task, best[1], best[2]))
  result
}
e <- read.csv(file.path(folder, "eusilc", "eusilc.csv"))
z <- 10000
for (a in 0:2) e[[paste0("fgt", a)]] <- ifelse(e$eqIncome < z, ((z - e$eqIncome) / z)^a, 0)
fgt <- timed("fgt", function() {
  d <- svydesign(ids = ~db030, strata = ~db040, weights = ~rb050, data = e)
  list(all = svymean(~ fgt0 + fgt1 + fgt2, d), by = svyby(~ fgt0 + fgt1 + fgt2, ~db040, d, svymean))
})
for (a in 0:2) out("fgt", "all", paste0("fgt", a), coef(fgt$all)[[a + 1]], SE(fgt$all)[a + 1])
for (i in seq_len(nrow(fgt$by))) for (a in 0:2) {
  out("fgt", fgt$by$db040[i], paste0("fgt", a), fgt$by[i, 2 + a], fgt$by[i, 5 + a])
}
s <- read.csv(file.path(folder, "mpitb_syn", "syn_cdta.csv"))
parts <- list(c("d_nutr", "d_cm"), c("d_satt", "d_educ"), c("d_elct", "d_sani", "d_wtr", "d_hsg", "d_ckfl", "d_asst"))
s <- s[complete.cases(s[unlist(parts)]) & s$t == 1, ]
s$score <- Reduce(`+`, lapply(parts, function(p) rowMeans(s[p]) / 3))
s$H <- as.numeric(s$score >= 0.33 - 1e-9)
s$M0 <- s$score * s$H
for (p in unlist(parts)) s[[paste0("censored_", p)]] <- s[[p]] * s$H
f <- reformulate(c("H", "M0", paste0("censored_", unlist(parts))))
af <- timed("counting", function() {
  d <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = s, nest = TRUE)
  svyby(f, ~region, d, svymean)
})
k <- 2 + length(unlist(parts))
for (i in seq_len(nrow(af))) for (j in seq_len(k)) out("counting", af$region[i], names(af)[1 + j], af[i, 1 + j], af[i, 1 + k + j])
if (requireNamespace("laeken", quietly = TRUE)) {
  suppressMessages(library(laeken))
  made <- timed("laeken", function() list(
    arop = arpr("eqIncome", weights = "rb050", breakdown = "db040", data = e),
    rmpg = rmpg("eqIncome", weights = "rb050", breakdown = "db040", data = e),
    gini = gini("eqIncome", weights = "rb050", breakdown = "db040", data = e),
    s80s20 = qsr("eqIncome", weights = "rb050", breakdown = "db040", data = e)))
  for (key in names(made)) {
    m <- made[[key]]
    scale <- if (key == "s80s20") 1 else 100
    out("laeken", "all", key, m$value / scale, NA)
    for (i in seq_len(nrow(m$valueByStratum))) {
      out("laeken", m$valueByStratum$stratum[i], key, m$valueByStratum$value[i] / scale, NA)
    }
  }
  g <- made$gini
  v <- timed("bootstrap", function() variance(e$eqIncome, weights = e$rb050, breakdown = e$db040,
    design = factor(e$db040), cluster = factor(e$db030), indicator = g, bootType = "naive", R = 50, seed = 1), times = 1)
}
