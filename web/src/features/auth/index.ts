export { InvitePage } from "./InvitePage";
export { SignInPage } from "./SignInPage";
export { SignUpPage } from "./SignUpPage";
