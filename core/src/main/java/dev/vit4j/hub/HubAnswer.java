package dev.vit4j.hub;

/** Explains the Hub's error responses. */
final class HubAnswer {
  private HubAnswer() {}

  /**
   * Explains an error response and says what to do.
   *
   * @param status HTTP status, 400 or above
   * @param error value of the header {@code X-Error-Code}, or empty
   * @param hasToken whether a token was sent
   */
  static String words(
      int status, String error, HubModel model, HubSettings settings, boolean hasToken) {
    if (error.equals("RevisionNotFound")) {
      return "it has no revision '%s'".formatted(model.revision());
    }
    if (error.equals("GatedRepo")) {
      return hasToken
          ? "it is gated, and the account of HF_TOKEN has no access: request access on "
              + model.page(settings)
          : "it is gated: request access on %s, then set HF_TOKEN".formatted(model.page(settings));
    }
    if (error.equals("RepoNotFound") || status == 401 || status == 404) {
      return hasToken
          ? "it does not exist, or the account of HF_TOKEN has no access (%d): check the name"
              .formatted(status)
          : "it does not exist or is private (%d): check the name, or set HF_TOKEN"
              .formatted(status);
    }
    if (status == 403) {
      return "the Hub denies access (403): check the permissions of HF_TOKEN";
    }
    return status == 429
        ? "too many requests to the Hub (429): try again later"
        : "HTTP status " + status;
  }
}
