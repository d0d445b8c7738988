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
      return "there is no revision '%s' of it".formatted(model.revision());
    }
    if (error.equals("GatedRepo")) {
      return hasToken
          ? "its owner asks for consent that the account of HF_TOKEN has not given: give it on "
              + model.page(settings)
          : "its owner asks for consent: give it on %s, then set HF_TOKEN"
              .formatted(model.page(settings));
    }
    if (error.equals("RepoNotFound") || status == 401 || status == 404) {
      return hasToken
          ? "the Hub has no such model, or not for the account of HF_TOKEN (%d): check the name"
              .formatted(status)
          : "the Hub has no such model, or a private one (%d): check the name, or set HF_TOKEN"
              .formatted(status);
    }
    if (status == 403) {
      return "the Hub refuses (403): check what HF_TOKEN may do";
    }
    return status == 429 ? "the Hub is asked too often (429): try later" : "HTTP status " + status;
  }
}
